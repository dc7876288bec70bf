package io.outrigger.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import io.outrigger.proxy.fixtures.Pki;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys and certificates are read in each form that is common, and what is wrong with a file is said without its content. */
class PemFileTest {
    private static final byte[] P256 = {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x03, 0x01, 0x07};

    @TempDir
    Path folder;

    private Pki pki;

    @BeforeEach
    void makeAuthority() throws Exception {
        pki = new Pki(folder, "authority");
    }

    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"ecp256", "ecp384", "rsa2048", "rsa3072"})
    void aKeyThatFitsItsCertificateIsTaken(Algorithm algorithm) throws Exception {
        X509Bundle one = pki.issue("a.test", builder -> builder.algorithm(algorithm));
        Credentials read = Credentials.read(pki.certFile(one), pki.keyFile(one));
        assertThat(read.key()).isEqualTo(one.getKeyPair().getPrivate());
        assertThat(read.chain()).containsExactly(one.getCertificatePath());
    }

    @Test
    void anRsaKeyMayStandInItsOldForm() throws Exception {
        X509Bundle one = pki.issue("a.test", builder -> builder.rsa2048());
        var key = (RSAPrivateCrtKey) one.getKeyPair().getPrivate();
        byte[] der = der(
                0x30,
                integer(BigInteger.ZERO),
                integer(key.getModulus()),
                integer(key.getPublicExponent()),
                integer(key.getPrivateExponent()),
                integer(key.getPrimeP()),
                integer(key.getPrimeQ()),
                integer(key.getPrimeExponentP()),
                integer(key.getPrimeExponentQ()),
                integer(key.getCrtCoefficient()));
        Path file = pem("old.pem", "RSA PRIVATE KEY", der);
        assertThat(Credentials.read(pki.certFile(one), file).key()).isEqualTo(key);
    }

    @Test
    void anEcKeyMayStandInItsOldForm() throws Exception {
        X509Bundle one = pki.issue("a.test");
        var key = (ECPrivateKey) one.getKeyPair().getPrivate();
        byte[] secret = new byte[32];
        byte[] number = key.getS().toByteArray();
        int length = Math.min(32, number.length);
        System.arraycopy(number, number.length - length, secret, 32 - length, length);
        byte[] der = der(0x30, integer(BigInteger.ONE), der(0x04, secret), der(0xA0, P256));
        Path file = pem("old.pem", "EC PRIVATE KEY", der);
        PrivateKey read = Credentials.read(pki.certFile(one), file).key();
        assertThat(((ECPrivateKey) read).getS()).isEqualTo(key.getS());
    }

    @Test
    void keyAndCertificateMayStandInOneFileWithTextBetween() throws Exception {
        X509Bundle one = pki.issue("a.test");
        Path file = Files.writeString(
                folder.resolve("both.pem"),
                "of a.test\n" + one.getPrivateKeyPEM() + "\nand - in between -\n" + one.getCertificatePathPEM()
                        + "\nend");
        assertThat(Credentials.read(file, file).chain()).containsExactly(one.getCertificatePath());
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        X509Bundle one = pki.issue("a.test");
        X509Bundle other = pki.issue("b.test");
        X509Bundle rsa = pki.issue("c.test", builder -> builder.rsa2048());
        for (X509Bundle wrong : new X509Bundle[] {other, rsa}) {
            assertThatThrownBy(() -> Credentials.read(pki.certFile(one), pki.keyFile(wrong)))
                    .isInstanceOf(UnusableFile.class)
                    .hasMessage("%s: not the key of the first certificate in %s (expected: its private key)"
                            .formatted(pki.keyFile(wrong), pki.certFile(one)));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                         | holds no private key (expected: one in PEM)
            secret                                                     | holds no private key (expected: one in PEM)
            -----BEGIN PRIVATE KEY-----AAAA                            | cut in the middle of a block (expected: PEM)
            -----BEGIN PRIVATE KEY                                     | cut in the middle of a block (expected: PEM)
            -----BEGIN PRIVATE KEY-----c2VjcmV0-----END PRIVATE KEY----- | the key is malformed, or of a kind that is not known here (expected: RSA or EC, in PEM)
            -----BEGIN PRIVATE KEY-----!-----END PRIVATE KEY-----      | the key is malformed, or of a kind that is not known here (expected: RSA or EC, in PEM)
            -----BEGIN EC PRIVATE KEY-----MAKE-----END EC PRIVATE KEY----- | the key is malformed, or of a kind that is not known here (expected: RSA or EC, in PEM)
            -----BEGIN DSA PRIVATE KEY-----AAAA-----END DSA PRIVATE KEY----- | the key is malformed, or of a kind that is not known here (expected: RSA or EC, in PEM)
            -----BEGIN ENCRYPTED PRIVATE KEY-----AAAA-----END ENCRYPTED PRIVATE KEY----- | the key is encrypted (expected: one without a passphrase)
            -----BEGIN RSA PRIVATE KEY-----Proc-Type: 4,ENCRYPTED-----END RSA PRIVATE KEY----- | the key is encrypted (expected: one without a passphrase)
            """)
    void whatIsNoKeyIsSaidWithoutItsContent(String content, String complaint) throws IOException {
        Path file = Files.writeString(folder.resolve("key.pem"), content);
        assertThatThrownBy(() -> PemFile.read("keyFile", file).privateKey())
                .isInstanceOf(UnusableFile.class)
                .hasMessage(file + ": " + complaint)
                .hasNoCause();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                         | holds no certificate (expected: at least one, in PEM)
            -----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----   | certificate 1 is malformed (expected: certificates in PEM)
            -----BEGIN CERTIFICATE-----AAAA                            | cut in the middle of a block (expected: PEM)
            """)
    void whatIsNoCertificateIsSaid(String content, String complaint) throws IOException {
        Path file = Files.writeString(folder.resolve("cert.pem"), content);
        assertThatThrownBy(() -> PemFile.read("certFile", file).certificates())
                .isInstanceOf(UnusableFile.class)
                .hasMessage(file + ": " + complaint);
    }

    @Test
    void whatCannotBeReadIsSaid() {
        Path missing = folder.resolve("missing.pem");
        assertThatThrownBy(() -> PemFile.read("caFile", missing))
                .hasMessage(missing + ": no such file (expected: one in PEM)");
        assertThatThrownBy(() -> PemFile.read("caFile", folder))
                .hasMessage(folder + ": a directory (expected: a file in PEM)");
    }

    @Test
    void theAuthoritiesOfTheSystemCanBeRead() throws Exception {
        assertThat(Authorities.ofTheSystem().getAcceptedIssuers()).hasSizeGreaterThan(20);
    }

    private Path pem(String name, String label, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(der);
        return Files.writeString(
                folder.resolve(name), "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
    }

    private static byte[] integer(BigInteger value) {
        return der(0x02, value.toByteArray());
    }

    private static byte[] der(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        var all = new ByteArrayOutputStream();
        all.write(tag);
        if (content.size() >= 256) {
            all.write(0x82);
            all.write(content.size() >> 8);
        } else if (content.size() >= 128) {
            all.write(0x81);
        }
        all.write(content.size());
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }
}
