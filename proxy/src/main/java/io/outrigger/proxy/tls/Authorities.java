package io.outrigger.proxy.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whose word is taken for who somebody is. Immutable. */
final class Authorities {
    private static final List<Path> SYSTEMS = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"), // Debian, Alpine
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"), // Fedora, RHEL
            Path.of("/etc/ssl/cert.pem")); // macOS

    private Authorities() {}

    /** Those in a file, which the configuration names under this key. */
    static Verification of(String key, Path file) throws UnusableFile {
        List<X509Certificate> all = PemFile.read(key, file).certificates();
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < all.size(); i++) {
                store.setCertificateEntry("authority " + i, all.get(i));
            }
            return new Verification(managerOf(store));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK has trust stores in memory", e);
        }
    }

    /** Those of the system, in the first of the usual files that is there; else those that the JDK brings. */
    static Verification ofTheSystem() throws UnusableFile {
        Optional<Path> file = SYSTEMS.stream().filter(Files::isReadable).findFirst();
        if (file.isPresent()) {
            return of("caFile", file.get());
        }
        try {
            return new Verification(managerOf(null));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has a list of authorities", e);
        }
    }

    private static X509ExtendedTrustManager managerOf(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new IllegalStateException("every JDK verifies certificates by PKIX");
    }
}
