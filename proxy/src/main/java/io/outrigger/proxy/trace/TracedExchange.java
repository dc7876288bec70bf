package io.outrigger.proxy.trace;

import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Note;
import io.outrigger.exchange.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What spans tell of an exchange that has ended: no header but Host, no query and no body. Nothing of it
 * holds on to the head, as thousands may wait while a collector is dead. Immutable.
 *
 * @param method empty when it could not be understood
 * @param secured whether the client came by TLS
 * @param path as received, cut where it is very long; null when it could not be understood
 * @param host as received, likewise; null when there was none
 * @param status what the client got, or would have got
 * @param failure null when it ended well
 * @param startNanos by the loop's clock, as all its times
 * @param endEpochMillis when that was by the clock on the wall
 */
record TracedExchange(
        Identity identity,
        String route,
        String upstream,
        String degraded,
        String faultBy,
        String method,
        boolean secured,
        @Nullable String path,
        @Nullable String host,
        int status,
        @Nullable Failure failure,
        List<Sent> attempts,
        List<Note> notes,
        long startNanos,
        long endNanos,
        long endEpochMillis) {
    private static final int LONGEST_METHOD = 32;
    private static final int LONGEST_PATH = 512;
    private static final int LONGEST_HOST = 256;

    /**
     * One attempt. Immutable.
     *
     * @param sending its number, from 1
     * @param status 0 when there was no head
     * @param outcome how far it got
     */
    record Sent(
            int sending,
            String endpoint,
            long startNanos,
            long endNanos,
            int status,
            Delivery outcome,
            @Nullable Failure failure) {}

    static TracedExchange of(
            Exchange exchange,
            String method,
            @Nullable Request request,
            int status,
            @Nullable Failure failure,
            long now,
            long epochMillis) {
        String host = request == null ? null : request.host();
        return new TracedExchange(
                exchange.identity(),
                exchange.route(),
                exchange.upstream(),
                exchange.degraded(),
                exchange.faultBy(),
                cut(method, LONGEST_METHOD),
                exchange.secured(),
                request == null ? null : cut(request.target().path(), LONGEST_PATH),
                host == null ? null : cut(host, LONGEST_HOST),
                status,
                failure,
                attempts(exchange, now),
                List.copyOf(exchange.notes()),
                exchange.startNanos(),
                now,
                epochMillis);
    }

    /** One for the exchange and one for each attempt. */
    int spans() {
        return 1 + attempts.size();
    }

    /** A time of the loop's clock by the clock on the wall, in nanoseconds. */
    long epochNanos(long nanos) {
        return endEpochMillis * 1_000_000 - (endNanos - nanos);
    }

    private static List<Sent> attempts(Exchange exchange, long now) {
        Attempt last = exchange.lastAttempt();
        if (last == null) {
            return List.of();
        }
        if (exchange.attemptCount() == 1) {
            return List.of(sent(last, now));
        }
        List<Sent> all = new ArrayList<>();
        for (Attempt attempt : exchange.attempts()) {
            all.add(sent(attempt, now));
        }
        return all;
    }

    private static Sent sent(Attempt attempt, long now) {
        return new Sent(
                attempt.sending(),
                attempt.endpoint(),
                attempt.startNanos(),
                attempt.startNanos() + attempt.durationNanos(now),
                attempt.status(),
                attempt.delivery(),
                attempt.failure());
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + '…';
    }
}
