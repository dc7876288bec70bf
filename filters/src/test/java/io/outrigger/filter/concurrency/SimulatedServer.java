package io.outrigger.filter.concurrency;

import io.outrigger.config.ConcurrencyConfig;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A server with so many workers and a queue without end, behind a limit, under requests that come by chance. Time is
 * simulated: minutes of it take no time.
 */
final class SimulatedServer {
    private static final double NANOS = 1e9;

    private record Request(double arrived, int place, double done) {}

    private final Random random = new Random(81);
    private final ConcurrencyConfig config;
    private final ConcurrencyLimit limit;
    private final PriorityQueue<Request> working = new PriorityQueue<>(Comparator.comparingDouble(Request::done));
    private final ArrayDeque<Request> queue = new ArrayDeque<>();
    private double now; // seconds
    private double nextArrival;

    private int workers;
    private double serviceSeconds;
    private double perSecond;
    private int twentieths = Priorities.share(Priorities.NONE);

    private long served; // since the last look
    private long refused;
    private double sumSeconds;
    private double lookedAt;
    private int least = Integer.MAX_VALUE; // limits
    private int most;

    SimulatedServer(ConcurrencyConfig config) {
        this.config = config;
        this.limit = new ConcurrencyLimit(config, 0);
    }

    SimulatedServer server(int itsWorkers, double itsServiceSeconds) {
        workers = itsWorkers;
        serviceSeconds = itsServiceSeconds;
        return this;
    }

    SimulatedServer load(double requestsPerSecond) {
        perSecond = requestsPerSecond;
        nextArrival = now + pause();
        return this;
    }

    SimulatedServer priority(int priority) {
        twentieths = Priorities.share(priority);
        return this;
    }

    private double pause() {
        return -Math.log(1 - random.nextDouble()) / perSecond;
    }

    /** What a time has brought. */
    record Look(int limit, int least, int most, double servedPerSecond, double refusedShare, double meanSeconds) {}

    /** Lets so much time pass, and looks. */
    Look run(double seconds) {
        double end = now + seconds;
        while (true) {
            Request done = working.peek();
            double next = Math.min(nextArrival, done == null ? Double.MAX_VALUE : done.done);
            if (next > end) {
                now = end;
                return look();
            }
            now = next;
            if (done != null && done.done <= nextArrival) {
                working.remove();
                finish(done);
            } else {
                arrive();
                nextArrival = now + pause();
            }
        }
    }

    private void arrive() {
        int place = limit.tryEnter(config, twentieths);
        if (place == 0) {
            refused++;
            return;
        }
        queue.add(new Request(now, place, 0));
        work();
    }

    private void work() {
        while (working.size() < workers && !queue.isEmpty()) {
            Request next = queue.remove();
            double takes = serviceSeconds * (0.5 + random.nextDouble()); // from half to half again
            working.add(new Request(next.arrived, next.place, now + takes));
        }
    }

    private void finish(Request done) {
        limit.leave();
        served++;
        sumSeconds += now - done.arrived;
        limit.sample(config, nanos(now - done.arrived), nanos(done.arrived), done.place, nanos(now));
        least = Math.min(least, limit.limit(config));
        most = Math.max(most, limit.limit(config));
        work();
    }

    private static long nanos(double seconds) {
        return (long) (seconds * NANOS);
    }

    private Look look() {
        double time = now - lookedAt;
        Look look = new Look(
                limit.limit(config),
                least,
                most,
                served / time,
                refused / (double) Math.max(1, refused + served),
                sumSeconds / Math.max(1, served));
        served = 0;
        refused = 0;
        sumSeconds = 0;
        lookedAt = now;
        least = Integer.MAX_VALUE;
        most = 0;
        return look;
    }
}
