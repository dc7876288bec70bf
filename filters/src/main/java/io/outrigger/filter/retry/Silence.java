package io.outrigger.filter.retry;

import java.util.concurrent.TimeUnit;

/**
 * Whether a route waits in vain: for some time nearly all of its attempts have had no answer at all. An upstream may
 * still be at work on what was sent then, for nobody, and whatever is sent again is done after it: a queue that is too
 * long stays so, paid for by the budget. Shared by all loops.
 *
 * <p>A score: each timeout adds one, an answer takes ten away, and so do five seconds. It is silent from fifty on, and
 * from two seconds after the score was zero. So nothing is silent where more than one in eleven answers, no route that
 * has fewer than two timeouts a second, and none that has had fewer than fifty. It costs a read of a field while no
 * timeout has been heard of. (gRPC, A6: Client Retries, throttles in this way; so do the SDKs of AWS, where a timeout
 * costs most.)
 */
final class Silence {
    private static final double SILENT = 50;
    private static final double MOST = 2 * SILENT; // so that a few answers end it, however long it was
    private static final double ANSWER = 10;
    private static final double NANOS_PER_TIMEOUT = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private volatile boolean heard; // whether the score is not zero; written under the lock

    // guarded by this
    private double score;
    private long sinceNanos; // when it was zero
    private long scoredNanos;

    /** Whether answers have to be told: not as long as nothing was without one. */
    boolean listens() {
        return heard;
    }

    /** An attempt was answered, whatever the answer is. */
    synchronized void answered(long now) {
        add(-ANSWER, now);
    }

    /** An attempt was given up, because no answer came in time. */
    synchronized void timedOut(long now) {
        add(1, now);
    }

    /** Whether nearly nothing is answered. */
    boolean lasts(long now) {
        return heard && held(now);
    }

    private synchronized boolean held(long now) {
        add(0, now);
        return score >= SILENT && now - sinceNanos >= LEAST_NANOS;
    }

    /** A loop may come with a time before that of another: then none has passed. */
    private void add(double points, long now) {
        long passed = Math.max(0, now - scoredNanos);
        double left = Math.max(0, score - passed / NANOS_PER_TIMEOUT);
        if (left == 0) {
            sinceNanos = now;
        }
        if (left == 0 || passed > 0) {
            scoredNanos = now;
        }
        score = Math.clamp(left + points, 0, MOST);
        heard = score > 0;
    }
}
