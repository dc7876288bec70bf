package io.outrigger.proxy.loop;

import java.io.FileNotFoundException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The operating system's reason for a failure, without what Netty and the JDK put around it. Immutable. */
public final class SystemWords {
    private SystemWords() {}

    /** Such as {@code connection refused}; the name of the exception where nothing has a message. */
    public static String of(Throwable cause) {
        if (cause instanceof UnresolvedAddressException) {
            return "the name does not resolve";
        }
        String message = cause.getMessage();
        if (message == null && cause instanceof FileNotFoundException) {
            return "no such file"; // so Netty says that nobody is at a path
        }
        if (message == null) {
            Throwable within = cause.getCause();
            return within == null ? cause.getClass().getSimpleName() : of(within);
        }
        String words = Arrays.stream(message.split(": "))
                .filter(part -> !part.contains("failed with error") && !part.contains("(..)") && !isAddress(part))
                .collect(Collectors.joining(": "));
        return (words.isEmpty() ? message : words).toLowerCase(Locale.ROOT);
    }

    /** Netty names the peer as {@code host/1.2.3.4:80}, {@code /1.2.3.4:80} or {@code /[::1]:80}. */
    private static boolean isAddress(String part) {
        return part.indexOf('/') >= 0 && part.indexOf(' ') < 0;
    }
}
