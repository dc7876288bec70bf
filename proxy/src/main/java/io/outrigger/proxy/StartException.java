package io.outrigger.proxy;

/** The proxy cannot start. The message is for people: it names the thing, the value and the reason. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
