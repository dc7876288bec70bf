package io.outrigger.proxy.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Verifies a peer's certificate as the JDK does (RFC 5280, RFC 9525), and says in words why one is refused. Immutable. */
final class Verification extends X509ExtendedTrustManager {
    private static final int NAMES_SHOWN = 5;
    private static final int LONGEST_SHOWN = 120;

    private final X509ExtendedTrustManager jdk;

    Verification(X509ExtendedTrustManager jdk) {
        this.jdk = jdk;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        try {
            jdk.checkServerTrusted(chain, kind, engine);
        } catch (CertificateException e) {
            boolean onlyTheName = isTrustedServer(chain, kind);
            throw onlyTheName ? otherName(chain[0], engine.getPeerHost(), e) : refused(chain, e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        try {
            jdk.checkClientTrusted(chain, kind, engine);
        } catch (CertificateException e) {
            throw refused(chain, e);
        }
    }

    private boolean isTrustedServer(X509Certificate[] chain, String kind) {
        try {
            jdk.checkServerTrusted(chain, kind);
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    private static CertificateRefused otherName(X509Certificate certificate, String name, CertificateException e) {
        return new CertificateRefused("its certificate is not for " + name + ", but for " + names(certificate), e);
    }

    private static CertificateRefused refused(X509Certificate[] chain, CertificateException e) {
        Date now = new Date();
        for (X509Certificate one : chain) {
            String which = one == chain[0] ? "its certificate " : "a certificate of its chain ";
            if (now.after(one.getNotAfter())) {
                return new CertificateRefused(
                        which + "has expired, at " + one.getNotAfter().toInstant(), e);
            }
            if (now.before(one.getNotBefore())) {
                return new CertificateRefused(
                        which + "is not valid before " + one.getNotBefore().toInstant(), e);
            }
        }
        if (isSelfSigned(chain[0])) {
            return new CertificateRefused("its certificate is signed by itself alone, and is not a trusted one", e);
        }
        if (String.valueOf(e.getMessage()).contains("unable to find valid certification path")) {
            X509Certificate last = chain[chain.length - 1];
            return new CertificateRefused(
                    "its certificate leads to an authority that is not trusted: "
                            + shown(last.getIssuerX500Principal().getName()),
                    e);
        }
        return new CertificateRefused("its certificate is refused: " + shown(String.valueOf(e.getMessage())), e);
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        if (!certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                return shown(names.stream()
                        .filter(name -> name.get(1) instanceof String)
                        .limit(NAMES_SHOWN)
                        .map(name -> String.valueOf(name.get(1)))
                        .collect(Collectors.joining(", ")));
            }
        } catch (CertificateParsingException e) {
            // then the subject has to do
        }
        return shown(certificate.getSubjectX500Principal().getName());
    }

    /** What the peer has chosen: not too much of it. */
    private static String shown(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return jdk.getAcceptedIssuers();
    }

    // ---- without an engine there is no name to compare with: nobody asks so, and nobody gets a yes

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        throw new CertificateException("verification without a name");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        throw new CertificateException("verification without an engine");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        throw new CertificateException("verification without an engine");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        throw new CertificateException("verification without an engine");
    }
}
