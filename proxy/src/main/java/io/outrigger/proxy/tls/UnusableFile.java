package io.outrigger.proxy.tls;

import java.nio.file.Path;

/** A file of a key or of certificates that cannot be used. The message names the file and never tells its content. */
public final class UnusableFile extends Exception {
    private static final long serialVersionUID = 1;
    private final String key;

    /** The key is that of the configuration that names the file, such as {@code certFile}. */
    UnusableFile(String key, Path file, String complaint) {
        super(file + ": " + complaint);
        this.key = key;
    }

    String key() {
        return key;
    }
}
