package io.outrigger.filter.circuitbreaker;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.CircuitBreakerConfig.Window;
import java.util.ArrayList;
import java.util.List;

/** What a circuit is to do, said as simply as can be: every call is in a list, and every rate is counted anew. */
final class PlainCircuit {
    private static final long SECOND = 1_000_000_000;

    private record Call(long atNanos, Verdict verdict) {}

    Phase phase = Phase.CLOSED;
    int epoch;
    private long since;
    private long until;
    private int openings;
    private boolean forced;
    private final List<Call> calls = new ArrayList<>(); // while closed, oldest first
    private int leased;
    private int good;
    private int bad;

    PlainCircuit(long now) {
        since = now;
    }

    boolean enter(CircuitBreakerConfig config, long now) {
        if (forced && now >= until) {
            begin(Phase.CLOSED, now);
        }
        if (phase == Phase.OPEN && !forced && now >= until) {
            begin(Phase.HALF_OPEN, now);
        }
        return switch (phase) {
            case CLOSED -> true;
            case OPEN -> false;
            case HALF_OPEN -> {
                boolean room = leased + good + bad < config.halfOpenCalls();
                leased += room ? 1 : 0;
                if (!room && leased == 0) { // the settings have become others
                    goOn(config, now);
                }
                yield room || phase == Phase.CLOSED;
            }
        };
    }

    void settle(int permit, Verdict verdict, CircuitBreakerConfig config, long now) {
        if (permit != epoch || forced) {
            return;
        }
        if (phase == Phase.CLOSED) {
            count(verdict, config, now);
        } else {
            leased--;
            good += verdict == Verdict.GOOD ? 1 : 0;
            bad += verdict != Verdict.GOOD && verdict != Verdict.NEUTRAL ? 1 : 0;
            goOn(config, now);
        }
    }

    void cut(int permit, Verdict before, CircuitBreakerConfig config, long now) {
        if (permit != epoch || forced) {
            return;
        }
        if (phase == Phase.CLOSED) {
            count(Verdict.FAILED, config, now);
        } else if (before == Verdict.GOOD) {
            good--;
            bad++;
            goOn(config, now);
        }
    }

    void force(boolean open, long nanos, long now) {
        begin(open ? Phase.OPEN : Phase.CLOSED, now);
        forced = true;
        openings = 0;
        until = now + nanos;
    }

    Phase phase(long now) {
        return forced && now >= until ? Phase.CLOSED : phase;
    }

    private void count(Verdict verdict, CircuitBreakerConfig config, long now) {
        if (verdict == Verdict.NEUTRAL) {
            return;
        }
        calls.add(new Call(now, verdict));
        List<Call> window = window(config.window(), now);
        int row = 0;
        for (Call call : calls.reversed()) {
            if (!call.verdict.failed()) {
                break;
            }
            row++;
        }
        long failed = window.stream().filter(call -> call.verdict.failed()).count();
        long slow = window.stream().filter(call -> call.verdict.slow()).count();
        boolean enough = window.size() >= config.minimumCalls();
        boolean inARow = config.consecutiveFailures().isPresent()
                && row >= config.consecutiveFailures().get();
        boolean failing =
                enough && failed > 0 && failed * 100.0 >= config.failureRate().percent() * window.size();
        boolean slowing = enough
                && slow > 0
                && config.slowCalls().isPresent()
                && slow * 100.0 >= config.slowCalls().get().slowRate().percent() * window.size();
        if (inARow || failing || slowing) {
            if (now - since >= 60 * SECOND) {
                openings = 0;
            }
            open(config, now);
        }
    }

    private List<Call> window(Window shape, long now) {
        return switch (shape) {
            case Window.Calls(int size) -> calls.subList(Math.max(0, calls.size() - size), calls.size());
            case Window.Time time -> {
                long first = (now - since) / SECOND - time.length().toSeconds() + 1;
                yield calls.stream()
                        .filter(call -> (call.atNanos - since) / SECOND >= first)
                        .toList();
            }
        };
    }

    private void goOn(CircuitBreakerConfig config, long now) {
        if (good >= config.successesToClose()) {
            begin(Phase.CLOSED, now);
        } else if (config.halfOpenCalls() - bad < config.successesToClose()) {
            open(config, now);
        }
    }

    /** Where chance is always in the middle. */
    private void open(CircuitBreakerConfig config, long now) {
        double nanos = config.openFor().toNanos() * Math.pow(2, openings++);
        begin(Phase.OPEN, now);
        until = now + Math.min((long) nanos, config.maxOpenFor().toNanos());
    }

    private void begin(Phase next, long now) {
        phase = next;
        epoch++;
        since = now;
        forced = false;
        calls.clear();
        leased = 0;
        good = 0;
        bad = 0;
    }
}
