package io.outrigger.proxy.log;

import io.outrigger.metrics.SharedCounter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * Writes lines from any thread to a stream that may be slow, without keeping the thread: what does not fit into the
 * queue is dropped and counted. Shared by all loops.
 */
final class LineWriter implements AutoCloseable {
    private static final int MOST_LINES = 8192;
    private static final int MOST_BYTES = 2 * 1024 * 1024; // roughly: lines that come at once may exceed it together
    private static final int BATCH = 32 * 1024;
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long CLOSE_MILLIS = 2000;

    private final OutputStream out;
    private final SharedCounter dropped;
    private final MpscAtomicArrayQueue<byte[]> lines = new MpscAtomicArrayQueue<>(MOST_LINES);
    private final AtomicLong bytes = new AtomicLong(); // in the queue
    private final AtomicBoolean parked = new AtomicBoolean(); // the thread waits to be woken
    private final Thread thread;
    private volatile boolean closed;

    private LineWriter(OutputStream out, SharedCounter dropped) {
        this.out = out;
        this.dropped = dropped;
        this.thread = new Thread(this::run, "outrigger-log");
    }

    static LineWriter start(OutputStream out, SharedCounter dropped) {
        LineWriter writer = new LineWriter(out, dropped);
        writer.thread.setDaemon(true);
        writer.thread.start();
        return writer;
    }

    /** Copies the first bytes of an array, which are whole lines with their ends. */
    void write(byte[] line, int length) {
        if (closed || bytes.get() + length > MOST_BYTES) {
            dropped.increment();
            return;
        }
        bytes.addAndGet(length);
        if (!lines.offer(Arrays.copyOf(line, length))) {
            bytes.addAndGet(-length);
            dropped.increment();
            return;
        }
        // The writer says that it parks and then looks for lines; here a line is added and then the writer looked at.
        // So one of the two sees the other.
        if (parked.get() && parked.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    /** Writes what was given until now, and no more. Waits two seconds at most. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        byte[] batch = new byte[BATCH];
        while (true) {
            boolean last = closed; // before the queue is emptied
            if (drain(batch) > 0) {
                LockSupport.parkNanos(this, last ? 0 : NAP_NANOS); // lets lines gather, so that few need to wake it
                continue;
            }
            if (last) {
                return;
            }
            parked.set(true);
            if (lines.isEmpty() && !closed) {
                LockSupport.park(this);
            }
            parked.set(false);
        }
    }

    /** Writes all lines that are there, and tells how many. */
    private int drain(byte[] batch) {
        int count = 0;
        int held = 0; // lines in the batch
        int length = 0;
        for (byte[] line = lines.poll(); line != null; line = lines.poll()) {
            bytes.addAndGet(-line.length);
            count++;
            if (length + line.length > BATCH) {
                put(batch, length, held);
                length = 0;
                held = 0;
            }
            if (line.length > BATCH) {
                put(line, line.length, 1);
                continue;
            }
            System.arraycopy(line, 0, batch, length, line.length);
            length += line.length;
            held++;
        }
        put(batch, length, held);
        return count;
    }

    private void put(byte[] from, int length, int count) {
        try {
            out.write(from, 0, length);
            out.flush();
        } catch (IOException e) {
            dropped.add(count); // nobody reads stdout any more; there is no other place to say so
        }
    }
}
