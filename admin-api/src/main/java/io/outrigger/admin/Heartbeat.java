package io.outrigger.admin;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.outrigger.exchange.Loop;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether event loops still turn: each is given a task and has to run it in time. At most one task waits on
 * a loop, however often somebody asks. Confined to one loop: that of the admin server.
 */
final class Heartbeat {
    private final EventLoop own;
    private final List<? extends Loop> loops;
    private final long limitNanos;
    private final BitSet asked = new BitSet(); // loops that have a task of ours
    private final List<Probe> probes = new ArrayList<>(); // those that wait

    Heartbeat(EventLoop own, List<? extends Loop> loops, long limitNanos) {
        this.own = own;
        this.loops = loops;
        this.limitNanos = limitNanos;
    }

    /** Tells, at the latest when the limit has passed, which loops have not turned since. */
    void probe(Consumer<BitSet> then) {
        Probe probe = new Probe(then);
        probes.add(probe);
        probe.timer = own.schedule(() -> end(probe), limitNanos, TimeUnit.NANOSECONDS);
        for (int i = 0; i < loops.size(); i++) {
            ask(i);
        }
        if (loops.isEmpty()) {
            end(probe);
        }
    }

    private void ask(int i) {
        if (asked.get(i)) {
            return; // its answer will do: it also comes after this moment
        }
        asked.set(i);
        loops.get(i).execute(() -> own.execute(() -> turned(i)));
    }

    private void turned(int i) {
        asked.clear(i);
        for (Probe probe : List.copyOf(probes)) {
            probe.silent.clear(i);
            if (probe.silent.isEmpty()) {
                end(probe);
            }
        }
    }

    private void end(Probe probe) {
        if (probes.remove(probe)) {
            if (probe.timer != null) {
                probe.timer.cancel(false);
            }
            probe.then.accept(probe.silent);
        }
    }

    private final class Probe {
        private final Consumer<BitSet> then;
        private final BitSet silent = new BitSet();
        private @Nullable ScheduledFuture<?> timer; // null only while it is being made

        private Probe(Consumer<BitSet> then) {
            this.then = then;
            silent.set(0, loops.size());
        }
    }
}
