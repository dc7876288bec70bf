package io.outrigger.proxy.experiment;

import io.outrigger.filter.fault.Experiments;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Looks five times a second whether an experiment has to end, on a thread that is there while one runs. Shared by all loops. */
public final class ExperimentWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ExperimentWatch.class.getName());
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Experiments experiments;
    private final Supplier<StatusChecks> checking;
    private @Nullable Thread thread; // null while none runs; guarded by this
    private boolean closed; // guarded by this

    private ExperimentWatch(Experiments experiments, Supplier<StatusChecks> checking) {
        this.experiments = experiments;
        this.checking = checking;
    }

    /** Looks whenever one runs, until it is closed. */
    public static ExperimentWatch over(Experiments experiments) {
        return over(experiments, StatusChecks::new);
    }

    static ExperimentWatch over(Experiments experiments, Supplier<StatusChecks> checking) {
        ExperimentWatch watch = new ExperimentWatch(experiments, checking);
        experiments.onBegun(watch::begin);
        return watch;
    }

    private synchronized void begin() {
        if (thread == null && !closed) {
            Thread fresh = new Thread(this::run, "outrigger-experiments");
            fresh.setDaemon(true);
            try {
                fresh.start();
                thread = fresh;
            } catch (OutOfMemoryError e) { // the system has no thread left
                cannotWatch(e);
            }
        }
    }

    private void run() {
        try (StatusChecks checks = checking.get()) {
            while (goesOn()) {
                look(checks);
                LockSupport.parkNanos(this, LOOK_NANOS);
            }
        } catch (RuntimeException | Error e) { // nobody would look any more, and they go on for up to an hour
            cannotWatch(e);
        } finally {
            leave();
        }
    }

    private synchronized void leave() {
        if (thread == Thread.currentThread()) {
            thread = null;
        }
    }

    private void look(StatusChecks checks) {
        try {
            experiments.look();
            checks.follow(experiments.running(), System.nanoTime());
        } catch (RuntimeException | Error e) {
            cannotWatch(e);
        }
    }

    private void cannotWatch(Throwable cause) {
        LOG.log(Level.SEVERE, "experiments: they cannot be watched, and end", cause);
        experiments.endUnwatched();
    }

    /** With the lock: who begins an experiment now either finds a thread that sees it, or makes another. */
    private synchronized boolean goesOn() {
        boolean over = closed || experiments.running().isEmpty();
        if (over) {
            thread = null;
        }
        return !over;
    }

    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
