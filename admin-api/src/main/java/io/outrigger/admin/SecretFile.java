package io.outrigger.admin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * A file that holds one secret, such as a token or a password. What is said of one that cannot be used names the file,
 * and tells nothing of its content. Immutable.
 */
public record SecretFile(Path path, String what) {
    private static final int LONGEST_BYTES = 4096;

    /** The secret, without the white space around it; never empty. */
    public String read() throws IOException {
        byte[] content;
        if (Files.exists(path) && !Files.isRegularFile(path)) { // who opens a pipe waits for what comes out of it
            throw unreadable(new IOException("no regular file"));
        }
        try (InputStream file = Files.newInputStream(path)) {
            content = file.readNBytes(LONGEST_BYTES + 1);
        } catch (IOException e) {
            throw unreadable(e);
        }
        if (content.length > LONGEST_BYTES) {
            throw new IOException(
                    path + ": larger than a " + what + " (expected: at most " + LONGEST_BYTES + " bytes)");
        }
        String secret = new String(content, StandardCharsets.UTF_8).strip();
        if (secret.isEmpty()) {
            throw new IOException(path + ": empty (expected: a " + what + ")");
        }
        return secret;
    }

    /** When it was written. */
    FileTime written() throws IOException {
        try {
            return Files.getLastModifiedTime(path);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private IOException unreadable(IOException why) {
        return switch (why) {
            case NoSuchFileException _ ->
                new IOException(path + ": no such file (expected: one that holds the " + what + ")", why);
            case AccessDeniedException _ ->
                new IOException(path + ": may not be read (expected: a file that holds the " + what + ")", why);
            default -> // a directory, say
                new IOException(path + ": cannot be read (expected: a file that holds the " + what + ")", why);
        };
    }
}
