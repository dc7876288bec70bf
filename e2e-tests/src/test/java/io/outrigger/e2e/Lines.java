package io.outrigger.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What a process writes, line by line as it comes. Shared by all threads. */
final class Lines {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final List<String> lines = new ArrayList<>(); // guarded by this
    private boolean ended; // guarded by this

    Lines(BufferedReader reader) {
        Thread.ofPlatform().daemon().start(() -> read(reader)); // a pipe would pin a virtual one
    }

    /** The first line like this, once it is there. */
    synchronized String await(Predicate<String> wanted) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        for (int next = 0; ; ) {
            for (; next < lines.size(); next++) {
                if (wanted.test(lines.get(next))) {
                    return lines.get(next);
                }
            }
            long left = until - System.nanoTime();
            if (ended || left <= 0) {
                throw new AssertionError((ended ? "ended" : "waited") + " without it:\n" + String.join("\n", lines));
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    synchronized List<String> untilNow() {
        return List.copyOf(lines);
    }

    /** All lines, once the process has ended. */
    synchronized List<String> all() throws InterruptedException {
        while (!ended) {
            wait();
        }
        return List.copyOf(lines);
    }

    private void read(BufferedReader reader) {
        try (reader) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            // the process was ended
        }
        end();
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }
}
