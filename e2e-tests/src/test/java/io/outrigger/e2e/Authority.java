package io.outrigger.e2e;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** An authority of certificates that is made for the test. Immutable. */
final class Authority {
    private static final char[] PASSWORD = "none".toCharArray();

    private final X509Bundle own;

    Authority(String name) throws Exception {
        own = builder(name).setIsCertificateAuthority(true).buildSelfSigned();
    }

    static CertificateBuilder builder(String name) {
        Instant now = Instant.now();
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .notBefore(now.minus(Duration.ofDays(1)))
                .notAfter(now.plus(Duration.ofDays(30)));
    }

    X509Bundle issue(String name, UnaryOperator<CertificateBuilder> change) throws Exception {
        CertificateBuilder leaf = builder(name)
                .addSanDnsName(name)
                .addExtendedKeyUsageServerAuth()
                .addExtendedKeyUsageClientAuth();
        return change.apply(leaf).buildIssuedBy(own);
    }

    X509Bundle issue(String name) throws Exception {
        return issue(name, same -> same);
    }

    String pem() {
        return own.getCertificatePEM();
    }

    /** For sockets that show this, if anything, and trust this authority. */
    SSLContext context(@Nullable X509Bundle shown) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] keys = {};
        if (shown != null) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, PASSWORD);
            store.setKeyEntry("key", shown.getKeyPair().getPrivate(), PASSWORD, shown.getCertificatePath());
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, PASSWORD);
            keys = factory.getKeyManagers();
        }
        context.init(keys, own.toTrustManagerFactory().getTrustManagers(), null);
        return context;
    }
}
