package io.outrigger.filter.circuitbreaker;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.Share;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Lets everything through and counts how it went. Shared by all loops.
 *
 * <p>What is good can open a circuit only while the window is short of calls that rates are judged from. As long as it
 * cannot, good calls are one addition to a striped counter and take no lock; they are collected into the window in
 * front of the next call that may matter, which is where their order counts. A call adds to the counter and then looks
 * whether it is still calm; the one who ends the calm does so and then collects: one of the two sees the other.
 */
final class Closed implements State {
    /** The settings under which, and the time until which, no good call can open the circuit. Immutable. */
    private record Calm(CircuitBreakerConfig config, long turnNanos) {}

    private static final double EXACTLY = 1 - 1e-12; // a product of doubles may be that much too large

    private final LongAdder good = new LongAdder(); // that were added in calm, since ever
    private volatile @Nullable Calm calm; // null while each call has to be judged
    private volatile CircuitBreakerConfig.Window shape; // written under the lock

    // guarded by the circuit
    private Window window;
    private long collected; // of good that are in the window
    private int failuresInRow;

    Closed(CircuitBreakerConfig.Window shape, long now) {
        this.shape = shape;
        this.window = Window.of(shape, now);
    }

    /** Whether the window is as these settings want it. */
    boolean fits(CircuitBreakerConfig config) {
        return shape == config.window() || shape.equals(config.window());
    }

    // ---- without the lock

    /** Adds a good call, unless it has to be judged. To be followed by {@link #calm}. */
    boolean tryAddInCalm(CircuitBreakerConfig config, long now) {
        Calm seen = calm;
        if (seen == null || seen.config != config || now - seen.turnNanos >= 0) {
            return false;
        }
        good.increment();
        VarHandle.fullFence();
        return true;
    }

    boolean calm() {
        return calm != null;
    }

    // ---- under the lock

    /** Begins a window anew that has another length now. */
    void reshape(CircuitBreakerConfig config, long now) {
        if (!fits(config)) {
            calm = null;
            collect(now);
            window = Window.of(config.window(), now);
            shape = config.window();
        }
    }

    /** Adds a call; tells why the circuit has to open, null when it has not. */
    @Nullable
    String add(Verdict verdict, CircuitBreakerConfig config, long now) {
        calm = null;
        collect(now);
        window.add(verdict.failed(), verdict.slow());
        failuresInRow = verdict.failed() ? failuresInRow + 1 : 0;
        return judge(config);
    }

    /** The same for a good call that was added when the calm ended. */
    @Nullable
    String judgeAdded(CircuitBreakerConfig config, long now) {
        calm = null;
        collect(now);
        return judge(config);
    }

    /** Brings the window up to date, for somebody who looks at it. */
    Window window(long now) {
        calm = null; // until the next call
        collect(now);
        return window;
    }

    int failuresInRow() {
        return failuresInRow;
    }

    private void collect(long now) {
        long sum = good.sum();
        if (sum != collected) {
            window.addGood(sum - collected); // before it moves on: they came before its turn
            collected = sum;
            failuresInRow = 0;
        }
        window.advance(now);
    }

    private @Nullable String judge(CircuitBreakerConfig config) {
        long calls = window.calls();
        long minimum = config.minimumCalls();
        long judged = Math.max(calls, minimum); // the fewest calls that the next verdict can be about
        boolean failing = reaches(window.failures(), judged, config.failureRate());
        boolean slowing = config.slowCalls().isPresent()
                && reaches(window.slow(), judged, config.slowCalls().get().slowRate());
        if (config.consecutiveFailures().isPresent()
                && failuresInRow >= config.consecutiveFailures().get()) {
            return failuresInRow + " failures in a row";
        }
        if (calls >= minimum && failing) {
            return window.failures() + " of " + calls + " calls failed";
        }
        if (calls >= minimum && slowing) {
            return window.slow() + " of " + calls + " calls were slow";
        }
        calm = failing || slowing ? null : new Calm(config, window.turnNanos());
        return null;
    }

    /** None at all is never a rate that opens. */
    private static boolean reaches(long bad, long calls, Share rate) {
        return bad > 0 && bad * 100.0 >= rate.percent() * calls * EXACTLY;
    }

    @Override
    public Phase phase() {
        return Phase.CLOSED;
    }

    @Override
    public boolean refuses(long now) {
        return false;
    }

    @Override
    public long refusesForNanos(long now) {
        return 0;
    }
}
