package io.outrigger.proxy.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where the program reads and writes, in UTF-8 whatever the locale says. Immutable. */
public record Terminal(InputStream in, OutputStream out, OutputStream err) {
    public static Terminal ofTheProcess() {
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err));
    }

    /** For what was asked for. */
    public PrintStream answers() {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    /** For what is wrong. */
    public PrintStream complaints() {
        return new PrintStream(err, true, StandardCharsets.UTF_8);
    }
}
