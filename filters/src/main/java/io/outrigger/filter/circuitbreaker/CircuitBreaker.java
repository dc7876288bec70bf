package io.outrigger.filter.circuitbreaker;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.key.Durations;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One circuit: the state it is in, and what leads from one to the next. Shared by all loops.
 *
 * <p>Being let through by a closed circuit is one read of a field, being refused by an open one, too. What changes a
 * state, or may, happens under this object's lock. Settings come with each call, so that changed ones need no
 * announcement.
 */
public final class CircuitBreaker implements CircuitGroup {
    private static final long LEARNED_NANOS = TimeUnit.MINUTES.toNanos(1); // closed for so long, and it was no flapping

    private final String name;
    private final Transitions transitions;
    private final LongUnaryOperator randomBelow;
    private volatile State state; // written under the lock

    // guarded by this
    private int openings; // in a row, without a minute closed in between
    private long closedNanos; // since when it is closed, where it is

    /**
     * @param name for people: {@code route charge}
     * @param randomBelow a number from 0 to below its argument, each as likely
     */
    public CircuitBreaker(
            String name,
            Transitions transitions,
            LongUnaryOperator randomBelow,
            CircuitBreakerConfig config,
            long now) {
        this.name = name;
        this.transitions = transitions;
        this.randomBelow = randomBelow;
        this.state = new Closed(config.window(), now);
        this.closedNanos = now;
    }

    /** Lets a call through and gives its permit, which is to be settled once; null when the circuit refuses it. */
    @Nullable
    State tryEnter(CircuitBreakerConfig config, long now) {
        State seen = state;
        if (seen instanceof Closed closed && closed.fits(config)) {
            return closed;
        }
        if (seen.refuses(now)) {
            return null;
        }
        State permit = enter(config, now);
        transitions.tell();
        return permit;
    }

    private synchronized @Nullable State enter(CircuitBreakerConfig config, long now) {
        return switch (state) {
            case Closed closed -> {
                closed.reshape(config, now);
                yield closed;
            }
            case Open open when open.refuses(now) -> null; // another loop was first, and its probes have failed
            case Open _ -> lease(halfOpen(), config, now);
            case HalfOpen half -> lease(half, config, now);
            case Forced forced
            when forced.over(now) ->
                become(new Closed(config.window(), now), now, "closed: the time that it was forced for is over");
            case Forced forced -> forced.open() ? null : forced;
        };
    }

    private @Nullable State lease(HalfOpen half, CircuitBreakerConfig config, long now) {
        if (half.tryLease(config)) {
            return half;
        }
        if (half.leased() == 0) { // a reload has left fewer calls to try with than have ended
            goOn(half, config, now);
            return state instanceof Closed closed ? closed : null;
        }
        return null;
    }

    /** What a call said that this permit let through. */
    void settle(State permit, Verdict verdict, CircuitBreakerConfig config, long now) {
        if (permit instanceof Closed closed) {
            if (verdict != Verdict.NEUTRAL) {
                settle(closed, verdict, config, now);
            }
        } else if (permit instanceof HalfOpen half) {
            settle(half, verdict, config, now);
        }
    }

    private void settle(Closed closed, Verdict verdict, CircuitBreakerConfig config, long now) {
        boolean added = verdict == Verdict.GOOD && closed.tryAddInCalm(config, now);
        if (added && closed.calm()) {
            return;
        }
        synchronized (this) {
            if (state != closed) {
                return;
            }
            String why = added ? closed.judgeAdded(config, now) : closed.add(verdict, config, now);
            if (why != null) {
                if (now - closedNanos >= LEARNED_NANOS) {
                    openings = 0;
                }
                open(config, now, why);
            }
        }
        transitions.tell();
    }

    private void settle(HalfOpen half, Verdict verdict, CircuitBreakerConfig config, long now) {
        synchronized (this) {
            if (state != half) {
                return;
            }
            half.giveBack(verdict);
            goOn(half, config, now);
        }
        transitions.tell();
    }

    /** The response to a call that was counted as no failure, but so, has been cut. */
    void cut(State permit, Verdict before, CircuitBreakerConfig config, long now) {
        switch (permit) {
            case Closed closed -> settle(closed, Verdict.FAILED, config, now);
            case HalfOpen half -> {
                synchronized (this) {
                    if (state == half && before == Verdict.GOOD) { // a slow one counts against it already
                        half.takeBack();
                        goOn(half, config, now);
                    }
                }
                transitions.tell();
            }
            case Open _, Forced _ -> {}
        }
    }

    // ---- what leads from one state to the next; under the lock

    private void goOn(HalfOpen half, CircuitBreakerConfig config, long now) {
        switch (half.next(config)) {
            case STAY -> {}
            case CLOSE ->
                become(new Closed(config.window(), now), now, "closed: " + half.good() + " calls have gone well");
            case REOPEN -> open(config, now, half.bad() + " calls to try it have failed");
        }
    }

    private HalfOpen halfOpen() {
        HalfOpen half = new HalfOpen();
        become(half, 0, "half-open: a few calls may try");
        return half;
    }

    private void open(CircuitBreakerConfig config, long now, String why) {
        long nanos = openNanos(config);
        openings++;
        become(new Open(now + nanos), now, "open for " + text(nanos) + ": " + why);
    }

    private State become(State next, long now, String why) {
        state = next;
        if (next.phase() == Phase.CLOSED) {
            closedNanos = now;
        }
        transitions.note(next.phase(), name + ": circuit " + why);
        return next;
    }

    /** Doubled with each opening, then drawn from 20 % around, then capped: never longer than the file says. */
    private long openNanos(CircuitBreakerConfig config) {
        long most = config.maxOpenFor().toNanos();
        long height = config.openFor().toNanos();
        for (int i = 0; i < openings && height < most; i++) {
            height *= 2;
        }
        height = Math.min(height, most);
        long spread = height / 5;
        return Math.min(most, height - spread + randomBelow.applyAsLong(2 * spread + 1));
    }

    private static String text(long nanos) {
        return Durations.format(Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(nanos)));
    }

    // ---- for operators

    @Override
    public void force(boolean open, Duration time, long now) {
        synchronized (this) {
            String what = (open ? "open" : "closed") + " for " + Durations.format(time);
            become(new Forced(open, now + time.toNanos()), now, what + ": forced by an operator");
            openings = 0;
        }
        transitions.tell();
    }

    @Override
    public void release(CircuitBreakerConfig config, long now) {
        synchronized (this) {
            if (state instanceof Forced) {
                become(new Closed(config.window(), now), now, "closed: no longer forced by an operator");
            }
        }
        transitions.tell();
    }

    @Override
    public Collection<CircuitBreaker> circuits() {
        return List.of(this);
    }

    @Override
    public Transitions transitions() {
        return transitions;
    }

    public String name() {
        return name;
    }

    /** What it does with calls now. An open one whose time is over is so until somebody comes. */
    public Phase phase(long now) {
        State seen = state;
        return seen instanceof Forced forced && forced.over(now) ? Phase.CLOSED : seen.phase();
    }

    /** Whether a call would be refused for some time to come. */
    public boolean refuses(long now) {
        return state.refuses(now);
    }

    /** How long it refuses for certain; 0 where nobody knows. */
    public long refusesForNanos(long now) {
        return state.refusesForNanos(now);
    }

    /** How it is now. */
    public synchronized CircuitReport report(long now) {
        State seen = state;
        Phase phase = phase(now);
        boolean forced = seen instanceof Forced one && !one.over(now);
        long refuses = seen.refusesForNanos(now);
        if (!(seen instanceof Closed closed)) {
            return new CircuitReport(name, phase, forced, refuses, 0, 0, 0, 0);
        }
        Window window = closed.window(now);
        return new CircuitReport(
                name, phase, forced, refuses, window.calls(), window.failures(), window.slow(), closed.failuresInRow());
    }
}
