package io.outrigger.proxy.cli;

/** The command line asks for what cannot be done. The message is for people, and may have several lines. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
