package io.outrigger.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    private static final int LONGEST = 4096;

    private final Path file;
    private byte[] digest; // of the token; digests have one length, so that comparing them tells nothing
    private @Nullable FileTime read; // the file's time when it was read; null when the last try failed

    /** Reads the file; at the start there is no older token to fall back on. */
    BearerToken(Path file) throws IOException {
        this.file = file;
        try {
            this.read = Files.getLastModifiedTime(file);
            this.digest = load(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file (expected: one that holds the token)", e);
        } catch (AccessDeniedException e) {
            throw new IOException(file + ": may not be read (expected: a file that holds the token)", e);
        }
    }

    /** Whether the header Authorization shows the token. */
    boolean accepts(@Nullable String authorization) {
        refresh();
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] shown = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(digest, sha256(shown));
    }

    private void refresh() {
        try {
            FileTime time = Files.getLastModifiedTime(file);
            if (!time.equals(read)) {
                digest = load(file);
                read = time;
                LOG.log(Level.INFO, "admin: the token was read again from {0}", file);
            }
        } catch (IOException e) {
            if (read != null) { // once
                LOG.log(Level.WARNING, "admin: the token before it stays: {0}", e.toString());
                read = null;
            }
        }
    }

    private static byte[] load(Path file) throws IOException {
        if (Files.size(file) > LONGEST) {
            throw new IOException(file + ": larger than a token (expected: at most " + LONGEST + " bytes)");
        }
        String token = Files.readString(file).strip();
        if (token.isEmpty()) {
            throw new IOException(file + ": empty (expected: a token)");
        }
        return sha256(token.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
