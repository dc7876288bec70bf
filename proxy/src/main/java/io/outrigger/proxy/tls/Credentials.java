package io.outrigger.proxy.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/** What one shows to the peer: a certificate, the chain behind it, and the key that fits it. Immutable. */
record Credentials(PrivateKey key, List<X509Certificate> chain) {

    static Credentials read(Path certFile, Path keyFile) throws UnusableFile {
        List<X509Certificate> chain = PemFile.read("certFile", certFile).certificates();
        PemFile keys = PemFile.read("keyFile", keyFile);
        PrivateKey key = keys.privateKey();
        if (!fits(key, chain.getFirst())) {
            throw keys.unusable("not the key of the first certificate in " + certFile + " (expected: its private key)");
        }
        return new Credentials(key, List.copyOf(chain));
    }

    X509Certificate[] chainArray() {
        return chain.toArray(X509Certificate[]::new);
    }

    /** Whether what the key signs is what the certificate vouches for. */
    private static boolean fits(PrivateKey key, X509Certificate certificate) {
        try {
            Signature signature =
                    Signature.getInstance(key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
            byte[] text = {1, 2, 3};
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // keys of different kinds
        }
    }
}
