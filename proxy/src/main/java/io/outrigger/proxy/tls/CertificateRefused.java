package io.outrigger.proxy.tls;

import java.security.cert.CertificateException;

/** The certificate that the peer has shown is not accepted. The message is for people: {@code its certificate …}. */
final class CertificateRefused extends CertificateException {
    private static final long serialVersionUID = 1;

    CertificateRefused(String message, CertificateException cause) {
        super(message, cause);
    }
}
