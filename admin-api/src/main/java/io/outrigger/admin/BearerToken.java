package io.outrigger.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The secret that a client has to show, as it stands in a file; a changed file counts from the next request on.
 * Confined to one loop: that of the admin server.
 */
final class BearerToken {
    private static final Logger LOG = Logger.getLogger(BearerToken.class.getName());
    private static final String SCHEME = "bearer ";

    private final SecretFile file;
    private byte[] digest; // of the token; digests have one length, so that comparing them tells nothing
    private @Nullable FileTime read; // the file's time when it was read; null when the last try failed

    /** Reads the file; at the start there is no older token to fall back on. */
    BearerToken(Path file) throws IOException {
        this.file = new SecretFile(file, "token");
        this.read = this.file.written();
        this.digest = sha256(this.file.read());
    }

    /** Whether the header Authorization shows the token. */
    boolean accepts(@Nullable String authorization) {
        refresh();
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        return MessageDigest.isEqual(
                digest, sha256(authorization.substring(SCHEME.length()).strip()));
    }

    private void refresh() {
        try {
            FileTime time = file.written();
            if (!time.equals(read)) {
                digest = sha256(file.read());
                read = time;
                LOG.log(Level.INFO, "admin: the token was read again from {0}", file.path());
            }
        } catch (IOException e) {
            if (read != null) { // once
                LOG.log(Level.WARNING, "admin: the token before it stays: {0}", e.getMessage());
                read = null;
            }
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
