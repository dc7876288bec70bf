package io.outrigger.proxy.loop;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.outrigger.exchange.Loop;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One of Netty's event loops, with a timer wheel and a source of random bits. Its methods are called on the loop,
 * but for {@link #execute} and {@link #inLoop}. Shared by all loops.
 */
public final class NettyLoop implements Loop {
    private static final long LONGEST_NANOS = Long.MAX_VALUE >> 2; // 73 years; what is longer would wrap around

    private final int index;
    private final EventLoop eventLoop;
    private final SplittableRandom random;
    private final TimerWheel wheel = new TimerWheel(System.nanoTime());
    private @Nullable ScheduledFuture<?> wake; // null when no timer waits
    private long wakeNanos = TimerWheel.NEVER;
    private boolean stopped; // the clock, while what a connection has read is dealt with
    private long stoppedNanos; // when that began

    NettyLoop(int index, EventLoop eventLoop, long seed) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.random = new SplittableRandom(seed);
    }

    public EventLoop eventLoop() {
        return eventLoop;
    }

    /** 64 random bits, good enough for identifiers, choices and jitter; not for secrets. */
    public long randomBits() {
        return random.nextLong();
    }

    @Override
    public int index() {
        return index;
    }

    /** Lets {@link #nanoTime} be what it is now, until {@link #letClockGo}. */
    void stopClock() {
        stoppedNanos = System.nanoTime();
        stopped = true;
    }

    void letClockGo() {
        stopped = false;
    }

    /** The monotonic clock; while what a connection has read is dealt with, the time when that began. */
    @Override
    public long nanoTime() {
        return stopped ? stoppedNanos : System.nanoTime();
    }

    @Override
    public Timer after(long delayNanos, Runnable task) {
        assert inLoop();
        long now = nanoTime();
        long due = now + Math.clamp(delayNanos, 0, LONGEST_NANOS);
        Timer timer = wheel.add(now, due, task);
        if (wakeNanos == TimerWheel.NEVER || due - wakeNanos < 0) {
            wakeAt(wheel.nextNanos(), now);
        }
        return timer;
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    @Override
    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    private void wakeAt(long nanos, long now) {
        if (wake != null) {
            wake.cancel(false);
            wake = null;
        }
        wakeNanos = nanos;
        if (nanos != TimerWheel.NEVER) {
            wake = eventLoop.schedule(this::turn, Math.max(nanos - now, 0), TimeUnit.NANOSECONDS);
        }
    }

    private void turn() {
        wake = null;
        try {
            wheel.run(nanoTime());
        } finally {
            wakeAt(wheel.nextNanos(), nanoTime());
        }
    }
}
