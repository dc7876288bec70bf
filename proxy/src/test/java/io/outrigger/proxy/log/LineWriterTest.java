package io.outrigger.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.metrics.SharedCounter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class LineWriterTest {
    private final SharedCounter dropped = new SharedCounter();

    private static void write(LineWriter writer, String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        writer.write(bytes, bytes.length);
    }

    @Test
    void closingWritesAllThatWasGivenBefore() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LineWriter writer = LineWriter.start(out, dropped);
        for (int i = 0; i < 1000; i++) {
            write(writer, "line " + i);
        }
        writer.close();

        assertThat(out.toString(StandardCharsets.UTF_8).lines().toList())
                .hasSize(1000)
                .startsWith("line 0", "line 1")
                .endsWith("line 999");
        assertThat(dropped.total()).isZero();
    }

    @Test
    void linesOfManyThreadsArriveWholeAndInTheOrderOfEach() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LineWriter writer = LineWriter.start(out, dropped);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String name = "thread " + i + " line ";
                tasks.add(() -> {
                    for (int n = 0; n < 1000; n++) {
                        write(writer, name + n);
                    }
                    return null;
                });
            }
            for (Future<Void> task : threads.invokeAll(tasks)) {
                task.get();
            }
        }
        writer.close();

        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < 4; i++) {
            String name = "thread " + i + " line ";
            List<String> own =
                    lines.stream().filter(line -> line.startsWith(name)).toList();
            assertThat(own).hasSize(1000);
            for (int n = 0; n < 1000; n++) {
                assertThat(own.get(n)).isEqualTo(name + n);
            }
        }
    }

    @Test
    void aSlowStreamDropsLinesAndCountsThemWithoutKeepingTheCaller() throws Exception {
        StuckStream out = new StuckStream();
        LineWriter writer = LineWriter.start(out, dropped);
        write(writer, "first");
        out.stuck.await();

        for (int i = 0; i < 20_000; i++) {
            write(writer, "line " + i); // returns although nobody reads
        }
        assertThat(dropped.total()).isBetween(10_000L, 19_999L);

        out.free.countDown();
        writer.close();
        assertThat(out.taken.toString(StandardCharsets.UTF_8).lines().count() + dropped.total())
                .isEqualTo(20_001);
    }

    @Test
    void theQueueIsBoundedInBytesToo() throws Exception {
        StuckStream out = new StuckStream();
        LineWriter writer = LineWriter.start(out, dropped);
        write(writer, "first");
        out.stuck.await();

        String large = "x".repeat(40_000);
        for (int i = 0; i < 100; i++) {
            write(writer, large);
        }
        assertThat(dropped.total()).isEqualTo(48); // 2 MiB hold 52 of them

        out.free.countDown();
        writer.close();
        assertThat(out.taken.size()).isEqualTo(6 + 52 * 40_001);
    }

    @Test
    void aLineAfterTheCloseIsDroppedAndCounted() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LineWriter writer = LineWriter.start(out, dropped);
        writer.close();

        write(writer, "late");

        assertThat(out.size()).isZero();
        assertThat(dropped.total()).isEqualTo(1);
    }

    @Test
    void aBrokenStreamCountsItsLinesAndTheNextOnesAreTriedAgain() throws Exception {
        CountDownLatch tried = new CountDownLatch(1);
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        OutputStream out = new OutputStream() {
            private boolean broken = true;

            @Override
            public void write(int b) {
                throw new AssertionError("lines are written in batches");
            }

            @Override
            public void write(byte[] bytes, int at, int length) throws IOException {
                if (broken && length > 0) {
                    broken = false;
                    tried.countDown();
                    throw new IOException("broken pipe");
                }
                taken.write(bytes, at, length);
            }
        };
        LineWriter writer = LineWriter.start(out, dropped);
        write(writer, "lost");
        tried.await();
        write(writer, "kept");
        writer.close();

        assertThat(taken.toString(StandardCharsets.UTF_8)).isEqualTo("kept\n");
        assertThat(dropped.total()).isEqualTo(1);
    }

    /** Takes nothing until it is set free. */
    private static final class StuckStream extends OutputStream {
        final CountDownLatch stuck = new CountDownLatch(1);
        final CountDownLatch free = new CountDownLatch(1);
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            throw new AssertionError("lines are written in batches");
        }

        @Override
        public void write(byte[] bytes, int at, int length) {
            stuck.countDown();
            try {
                free.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            taken.write(bytes, at, length);
        }
    }
}
