package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Loop;
import io.outrigger.fixtures.Crowd;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Several loops that want the same keys at the same time: one owns each, and nobody waits for what is over. */
class KeyStoreThreadsTest {
    private static final int THREADS = 4;
    private static final int KEYS = 20_000;
    private static final int AT_ONCE = 16; // keys that a thread is busy with
    private static final Duration TIME = Duration.ofHours(1);
    private static final WholeAnswer ANSWER = new WholeAnswer(201, Headers.NONE, Unpooled.EMPTY_BUFFER, Headers.NONE);

    private final KeyStore store = new MemoryKeyStore(new KeyTable(new BufferBudget(Long.MAX_VALUE)), 1L << 30);
    private final AtomicIntegerArray owners = new AtomicIntegerArray(KEYS);
    private final AtomicIntegerArray answers = new AtomicIntegerArray(KEYS);
    private final AtomicLong tokens = new AtomicLong();
    private final AtomicLong waits = new AtomicLong();

    @Test
    void everyKeyHasOneOwnerAtATimeAndEverybodyGetsItsAnswer() throws Exception {
        Crowd.of(THREADS, thread -> new Client(thread).run());
        assertThat(waits).as("the test is of something").hasPositiveValue();
        for (int key = 0; key < KEYS; key++) {
            assertThat(owners.get(key)).isZero();
            assertThat(answers.get(key)).as("all but the last owner").isEqualTo(THREADS - 1);
        }
    }

    /** One loop with its requests, a request for each key. Confined to its thread, but for the queue. */
    private final class Client implements Loop {
        private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        private final SplittableRandom random;
        private int busy;

        Client(int thread) {
            random = new SplittableRandom(100 + thread);
        }

        void run() {
            for (int key = 0; key < KEYS; key++) {
                busy++;
                claim(key, wanted(key));
                while (busy > AT_ONCE) {
                    turn();
                }
            }
            while (busy > 0) {
                turn();
            }
        }

        private void turn() {
            Runnable task = tasks.poll();
            if (task == null) {
                Thread.onSpinWait();
            } else {
                task.run();
            }
        }

        private Claim wanted(int key) {
            byte[] bytes = new byte[Digest.LENGTH];
            bytes[0] = (byte) key;
            bytes[1] = (byte) (key >> 8);
            Digest digest = Digest.of(bytes);
            return new Claim(new KeyId(digest, digest), digest, tokens.incrementAndGet(), TIME, TIME, Claim.Lost.HOLD);
        }

        private void claim(int key, Claim claim) {
            store.claim(claim, this, found -> {
                switch (found) {
                    case Found.Owned _ -> own(key, claim);
                    case Found.InFlight _ -> {
                        waits.incrementAndGet();
                        store.watch(claim.id(), this, () -> claim(key, claim));
                    }
                    case Found.Answered _ -> {
                        answers.incrementAndGet(key);
                        busy--;
                    }
                    default -> throw new AssertionError("found " + found);
                }
            });
        }

        /** Goes on for a few turns, and then fails once in a while. */
        private void own(int key, Claim claim) {
            assertThat(owners.incrementAndGet(key)).isEqualTo(1);
            execute(() -> execute(() -> {
                boolean fails = random.nextInt(3) == 0;
                assertThat(owners.decrementAndGet(key)).isZero();
                store.finish(claim, fails ? new Ending.Forgotten() : new Ending.Answered(ANSWER), this, written -> {
                    assertThat(written).isEqualTo(Written.DONE);
                    if (fails) {
                        execute(() -> claim(key, wanted(key)));
                    } else {
                        busy--;
                    }
                });
            }));
        }

        @Override
        public int index() {
            return 0;
        }

        @Override
        public long nanoTime() {
            return 1;
        }

        @Override
        public Timer after(long delayNanos, Runnable task) {
            return () -> {}; // no lease ends here
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public boolean inLoop() {
            return true;
        }
    }
}
