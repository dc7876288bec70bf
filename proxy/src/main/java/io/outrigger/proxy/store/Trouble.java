package io.outrigger.proxy.store;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says what went wrong with a Redis, without a word of what was sent: that may be a password. Immutable. */
final class Trouble {
    private static final Pattern CODE = Pattern.compile("^([A-Z]{2,20})\\b");

    /** While it reads what it had saved; as a replica that has lost its master, where those are not to answer. */
    private static final Set<String> OF_ALL = Set.of("LOADING", "MASTERDOWN");

    /** Why a step was not even begun. */
    static final class NotConnected extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotConnected(String why) {
            super(why, null, false, false);
        }
    }

    private Trouble() {}

    static String words(Throwable thrown) {
        String words = "the connection failed";
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < 20; cause = below(cause), depth++) {
            switch (cause) {
                case NotConnected known -> {
                    return String.valueOf(known.getMessage());
                }
                case RedisCommandExecutionException refused -> {
                    return "Redis answers " + code(refused);
                }
                case RedisCommandTimeoutException _, TimeoutException _ -> {
                    return "no answer"; // to the greeting of a connection
                }
                case UnknownHostException _ -> {
                    return "its host is unknown";
                }
                case SSLException _ -> words = "the TLS handshake failed";
                case ConnectException _ -> words = "it cannot be reached";
                default -> {}
            }
        }
        return words;
    }

    /** Whether it is what Redis said, however many stages of futures have wrapped it on the way here. */
    static boolean isAnswer(Throwable thrown) {
        return answer(thrown) != null;
    }

    /** Whether Redis said that it carries out nothing for now, neither this nor anything else. */
    static boolean isRefusalOfAll(Throwable thrown) {
        RedisCommandExecutionException answer = answer(thrown);
        return answer != null && OF_ALL.contains(code(answer));
    }

    private static @Nullable RedisCommandExecutionException answer(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException wrapped && wrapped.getCause() != null) {
            cause = wrapped.getCause();
        }
        return cause instanceof RedisCommandExecutionException answer ? answer : null;
    }

    /** What is behind it; of a Cluster, of which each node was tried, what is behind the first. */
    private static @Nullable Throwable below(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return cause == null && thrown.getSuppressed().length > 0 ? thrown.getSuppressed()[0] : cause;
    }

    /** The first word of an error that Redis answers, such as {@code OOM} or {@code WRONGPASS}. */
    static String code(RedisCommandExecutionException refused) {
        Matcher code = CODE.matcher(String.valueOf(refused.getMessage()));
        return code.find() ? code.group(1) : "an error";
    }
}
