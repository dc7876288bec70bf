package io.outrigger.filter.observe;

import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Note;
import io.outrigger.exchange.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of an exchange that has ended: no header, query or body is. Immutable.
 *
 * @param keptFor why it is remembered
 * @param route empty when none took it
 * @param upstream the one that was chosen last; empty when none was
 * @param method empty when it could not be understood
 * @param path as received, cut where it is very long; empty when it could not be understood
 * @param failure null when it ended well
 * @param steps in the order in which they began
 * @param endNanos by the loops' clock
 */
public record ExchangeRecord(
        KeptFor keptFor,
        String requestId,
        String traceId,
        String route,
        String upstream,
        String method,
        String path,
        int status,
        @Nullable Failure failure,
        List<Step> steps,
        long endNanos,
        long durationNanos) {
    private static final int LONGEST_PATH = 256;
    private static final int LONGEST_METHOD = 32;
    private static final int RECORD_BYTES = 256; // without its texts
    private static final int STEP_BYTES = 96;

    /** Why an exchange is remembered. Immutable. */
    public enum KeptFor {
        FAILED,
        /** Because it got a fault on purpose, and yet went well. */
        INJECTED,
        SLOW,
        SAMPLED
    }

    /** Something that happened on the way. Immutable. */
    public sealed interface Step {
        /** When it began, after the beginning of the exchange. */
        long atNanos();

        /**
         * One sending to one endpoint. Immutable.
         *
         * @param sentNanos from its beginning until the request was written; 0 when it never was
         * @param tookNanos from its beginning to its end
         * @param outcome how far it got
         * @param status 0 when there was no head
         * @param failure null when it did not fail
         */
        record Sent(
                long atNanos,
                String endpoint,
                long sentNanos,
                long tookNanos,
                String outcome,
                int status,
                @Nullable Failure failure)
                implements Step {}

        /** What a filter decided: see {@link Note}. Immutable. */
        record Decided(long atNanos, String by, String verdict, String why, long waitNanos) implements Step {}
    }

    /** Copies what is to be told of an exchange. */
    static ExchangeRecord of(
            KeptFor keptFor,
            Exchange exchange,
            String method,
            @Nullable Target target,
            int status,
            @Nullable Failure failure,
            long now) {
        return new ExchangeRecord(
                keptFor,
                exchange.identity().requestId(),
                exchange.identity().traceId(),
                exchange.route(),
                exchange.upstream(),
                cut(method, LONGEST_METHOD),
                target == null ? "" : cut(target.path(), LONGEST_PATH),
                status,
                failure,
                steps(exchange, now),
                now,
                now - exchange.startNanos());
    }

    /** Each decision behind the attempts that it came after, and before the one that came of it. */
    private static List<Step> steps(Exchange exchange, long now) {
        long start = exchange.startNanos();
        List<Step> steps = new ArrayList<>();
        List<Attempt> attempts = exchange.attempts();
        int told = 0;
        for (Note note : exchange.notes()) {
            while (told < note.attempts()) {
                steps.add(sent(attempts.get(told++), start, now));
            }
            long at = note.atNanos() - start;
            steps.add(new Step.Decided(at, note.by(), note.verdict(), note.why(), note.waitNanos()));
        }
        for (Attempt attempt : attempts.subList(told, attempts.size())) {
            steps.add(sent(attempt, start, now));
        }
        return List.copyOf(steps);
    }

    private static Step sent(Attempt attempt, long start, long now) {
        return new Step.Sent(
                attempt.startNanos() - start,
                attempt.endpoint(),
                attempt.sentNanos() == 0 ? 0 : attempt.sentNanos() - attempt.startNanos(),
                attempt.durationNanos(now),
                attempt.delivery().label(),
                attempt.status(),
                attempt.failure());
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + '…';
    }

    /** About how much memory it takes. */
    int bytes() {
        int bytes = RECORD_BYTES + requestId.length() + path.length() + length(failure);
        for (Step step : steps) {
            bytes += STEP_BYTES
                    + (step instanceof Step.Sent sent ? length(sent.failure) : ((Step.Decided) step).why.length());
        }
        return bytes;
    }

    private static int length(@Nullable Failure failure) {
        return failure == null ? 0 : failure.detail().length();
    }
}
