package io.outrigger.filter.fault;

import io.outrigger.config.FaultConfig;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Response;
import org.jspecify.annotations.Nullable;

/** One attempt that gets faults. Confined to one loop. */
final class Hit {
    private static final int SWITCHING_PROTOCOLS = 101;

    private final Injection by;
    private final Exchange exchange;
    private final int sending;
    private boolean counted;

    /** @param sending the number of the attempt's sending */
    Hit(Injection by, Exchange exchange, int sending) {
        this.by = by;
        this.exchange = exchange;
        this.sending = sending;
    }

    FaultConfig faults() {
        return by.config();
    }

    Exchange exchange() {
        return exchange;
    }

    int sending() {
        return sending;
    }

    /** The attempt that is on its way; null where it has not come to one. */
    @Nullable
    Attempt attempt() {
        return exchange.attempt(sending);
    }

    /** Whether nothing is to be held back any more. */
    boolean over() {
        return by.mayEnd() && by.over(exchange.nanoTime());
    }

    boolean mayEnd() {
        return by.mayEnd();
    }

    /** As people are told who did it. */
    String whose() {
        return by.name().equals(Injection.OF_FILE) ? "by the file" : "by experiment " + by.name();
    }

    /** A fault is injected now: counts the attempt, once, and notes it. */
    void injected(String fault, String what, long waitNanos) {
        if (!counted) {
            counted = true;
            by.count(exchange.loop().index());
            exchange.faultBy(by.name());
        }
        exchange.note("fault", fault, what + ", " + whose(), waitNanos);
    }

    /** Whether there is a body that something can be done to. */
    static boolean hasContent(Response head) {
        return head.status() != SWITCHING_PROTOCOLS
                && head.body() != Body.EMPTY
                && head.body().length() != 0;
    }
}
