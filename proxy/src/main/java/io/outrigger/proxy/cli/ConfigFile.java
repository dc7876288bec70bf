package io.outrigger.proxy.cli;

import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.config.key.Environment;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A configuration as the command line names it: by a path, or {@code -} for what comes in on stdin. Immutable.
 */
public record ConfigFile(String name) {
    private static final int MOST_BYTES = 1024 * 1024 + 1; // one more than the reader takes, so that it can say so

    boolean isStdin() {
        return name.equals("-");
    }

    /** What it is called in messages. */
    public String title() {
        return isStdin() ? "stdin" : name;
    }

    public ReadResult read(InputStream stdin, Environment environment) throws UsageException {
        return read(content(stdin), environment);
    }

    /** What the content says. */
    public ReadResult read(byte[] content, Environment environment) {
        return ConfigReader.read(title(), content, environment);
    }

    /** What is in it; of stdin this can be asked once. */
    public byte[] content(InputStream stdin) throws UsageException {
        try {
            return isStdin() ? stdin.readNBytes(MOST_BYTES) : content();
        } catch (IOException e) {
            throw new UsageException(
                    isStdin() ? "stdin: cannot be read (" + e.getMessage() + ")" : "" + e.getMessage());
        }
    }

    /**
     * What is at the path now.
     *
     * @throws IOException when it cannot be read; the message names the path and says why
     */
    public byte[] content() throws IOException {
        try (InputStream file = new FileInputStream(name)) {
            return file.readNBytes(MOST_BYTES);
        } catch (IOException e) {
            throw new IOException(name + ": cannot be read" + reason(e), e);
        }
    }

    /** That it is not what was asked for. */
    public UsageException unfit(String why) {
        return new UsageException(title() + ": " + why);
    }

    /** Whether it can be read again: not what comes out of a pipe. */
    public boolean isLasting() {
        return !isStdin() && Files.isRegularFile(Path.of(name));
    }

    /** The system's words, which the JDK puts in brackets behind the name. */
    private String reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        String words = message.startsWith(name + " (") && message.endsWith(")")
                ? message.substring(name.length() + 2, message.length() - 1)
                : message;
        return " (" + words.toLowerCase(Locale.ROOT) + ")";
    }
}
