package io.outrigger.filter.concurrency;

import io.outrigger.config.PriorityConfig;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Request;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which share of a limit a request may be in, by its priority. Immutable. */
public final class Priorities {
    /** Where there are no priorities: everybody may be in all of the limit. */
    static final int NONE = 10;

    private static final int HIGHEST = 9;
    private static final int LEAST_SHARE = 11; // twentieths, for priority 0

    private final @Nullable HeaderName header; // null where there are none
    private final int usual; // for requests that say nothing

    public Priorities(Optional<PriorityConfig> config) {
        header = config.map(PriorityConfig::header).map(HeaderName::of).orElse(null);
        usual = config.map(PriorityConfig::defaultPriority).orElse(NONE);
    }

    /** 0 to 9, or {@link #NONE}. Whatever is not one digit says nothing. */
    public int of(Request request) {
        String said = header == null ? null : request.headers().get(header);
        if (said == null || said.length() != 1) {
            return usual;
        }
        int digit = said.charAt(0) - '0';
        return digit >= 0 && digit <= HIGHEST ? digit : usual;
    }

    /** In twentieths: 11 for priority 0, one more for each, all for priority 9. */
    public static int share(int priority) {
        return LEAST_SHARE + Math.min(priority, HIGHEST);
    }

    /** The label of metrics. */
    static String label(int priority) {
        return priority == NONE ? "none" : Integer.toString(priority);
    }
}
