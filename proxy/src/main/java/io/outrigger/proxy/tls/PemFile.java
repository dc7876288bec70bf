package io.outrigger.proxy.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A file in PEM (RFC 7468) with the certificates or the key that it holds. Immutable. */
final class PemFile {
    static final int LARGEST_BYTES = 4 << 20; // the authorities of a whole system are a quarter of a megabyte
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    private final String key;
    private final Path file;
    private final List<Block> blocks;

    private record Block(String label, String base64) {}

    private PemFile(String key, Path file, List<Block> blocks) {
        this.key = key;
        this.file = file;
        this.blocks = blocks;
    }

    /** Reads the file that stands in the configuration under this key. */
    static PemFile read(String key, Path file) throws UnusableFile {
        String text = text(key, file);
        List<Block> blocks = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int label = at + BEGIN.length();
            int content = text.indexOf(DASHES, label);
            int end = content < 0 ? -1 : text.indexOf("-----END " + text.substring(label, content) + DASHES, content);
            if (end < 0) {
                throw new UnusableFile(key, file, "cut in the middle of a block (expected: PEM)");
            }
            blocks.add(new Block(text.substring(label, content), text.substring(content + DASHES.length(), end)));
            at = text.indexOf(BEGIN, end);
        }
        return new PemFile(key, file, blocks);
    }

    private static String text(String key, Path file) throws UnusableFile {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            if (!found.isRegularFile()) { // who opens a pipe waits for what comes out of it
                String what = found.isDirectory() ? "a directory" : "no regular file";
                throw new UnusableFile(key, file, what + " (expected: a file in PEM)");
            }
            byte[] content;
            try (InputStream in = Files.newInputStream(file)) {
                content = in.readNBytes(LARGEST_BYTES + 1); // some files do not say how large they are
            }
            if (content.length > LARGEST_BYTES) {
                throw new UnusableFile(key, file, "too large (expected: at most 4MiB)");
            }
            return new String(content, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new UnusableFile(key, file, "no such file (expected: one in PEM)");
        } catch (AccessDeniedException e) {
            throw new UnusableFile(key, file, "may not be read (expected: a file in PEM)");
        } catch (IOException e) {
            throw new UnusableFile(key, file, "cannot be read (expected: a file in PEM)");
        }
    }

    /** In the order of the file; at least one. */
    List<X509Certificate> certificates() throws UnusableFile {
        List<X509Certificate> all = new ArrayList<>();
        for (Block block : blocks) {
            if (block.label.equals("CERTIFICATE")
                    || block.label.equals("X509 CERTIFICATE")
                    || block.label.equals("TRUSTED CERTIFICATE")) {
                all.add(certificate(block, all.size() + 1));
            }
        }
        if (all.isEmpty()) {
            throw unusable("holds no certificate (expected: at least one, in PEM)");
        }
        return all;
    }

    private X509Certificate certificate(Block block, int number) throws UnusableFile {
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.base64);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | IllegalArgumentException e) {
            throw unusable("certificate " + number + " is malformed (expected: certificates in PEM)");
        }
    }

    /** The first key. */
    PrivateKey privateKey() throws UnusableFile {
        for (Block block : blocks) {
            if (block.label.equals("ENCRYPTED PRIVATE KEY") || block.base64.contains("ENCRYPTED")) {
                throw unusable("the key is encrypted (expected: one without a passphrase)");
            }
            if (block.label.endsWith("PRIVATE KEY")) {
                return privateKey(block);
            }
        }
        throw unusable("holds no private key (expected: one in PEM)");
    }

    private PrivateKey privateKey(Block block) throws UnusableFile {
        try {
            return PrivateKeys.of(block.label, Base64.getMimeDecoder().decode(block.base64));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unusable("the key is malformed, or of a kind that is not known here (expected: RSA or EC, in PEM)");
        }
    }

    UnusableFile unusable(String complaint) {
        return new UnusableFile(key, file, complaint);
    }
}
