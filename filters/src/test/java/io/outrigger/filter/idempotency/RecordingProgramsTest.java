package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for a recorded answer whatever upstream and client do: the client gets each byte once, the store all or none. */
class RecordingProgramsTest {
    private static final Failure WHY = Failure.of(Failure.Kind.CLIENT_GONE, "by the program");
    private static final int PROGRAMS = 3000;

    @ParameterizedTest
    @ValueSource(longs = {7, 20260105, 0xC0FFEE})
    void theClientGetsWhatComesAndTheStoreAllOrNothing(long seed) {
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < PROGRAMS; i++) {
            long one = seeds.nextLong();
            try {
                new Program(new SplittableRandom(one)).run();
            } catch (RuntimeException | Error bug) {
                throw new AssertionError("program " + i + " with seed " + one, bug);
            }
        }
    }

    private static final class Program implements Recording.Keeper {
        private final SplittableRandom random;
        private final Chunks chunks = new Chunks();
        private final int cap;
        private final BufferBudget budget;
        private final PushedBody source;
        private final Recording recording;
        private final RecordingSink client = new RecordingSink(0);
        private final StringBuilder whole = new StringBuilder();
        private boolean reads; // whether the client has begun
        private boolean left;
        private boolean sourceEnded;
        private boolean sourceFailed;
        private int tooMuch;
        private int delivered;
        private int recorded;
        private @Nullable String kept;

        Program(SplittableRandom random) {
            this.random = random;
            this.cap = 1 + random.nextInt(40);
            this.budget = new BufferBudget(random.nextInt(4) == 0 ? random.nextInt(60) : 1000);
            long first = Math.min(8, cap);
            boolean taken = budget.tryTake(first);
            this.source = new PushedBody(chunks);
            this.recording = new Recording(source, cap, budget, taken ? first : 0, this);
        }

        void run() {
            int steps = 5 + random.nextInt(40);
            for (int i = 0; i < steps; i++) {
                step();
                check();
            }
            if (!sourceEnded && !sourceFailed) {
                end();
            }
            if (!left && !reads) {
                begin();
            }
            if (!left) {
                client.demand(Integer.MAX_VALUE);
                recording.resume();
            }
            check();
            checkTheEnd();
        }

        private void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3, 4 -> push();
                case 5, 6 -> begin();
                case 7, 8, 9 -> {
                    if (reads && !left) {
                        client.demand(1 + random.nextInt(3));
                        recording.resume();
                    }
                }
                case 10 -> {
                    if (random.nextInt(6) == 0) {
                        leave();
                    }
                }
                default -> {
                    if (random.nextInt(8) == 0) {
                        end();
                    } else if (random.nextInt(20) == 0) {
                        breakOff();
                    }
                }
            }
        }

        private void push() {
            if (!sourceEnded && !sourceFailed) {
                String text = "abcdefghijklmnopqrstuvwxyz".substring(0, 1 + random.nextInt(12));
                whole.append(text);
                source.push(text);
            }
        }

        private void begin() {
            if (!reads && !left) {
                reads = true;
                client.demand(random.nextInt(3));
                recording.pushTo(client);
            }
        }

        private void leave() {
            if (!left) {
                left = true;
                if (random.nextBoolean()) {
                    recording.leave();
                } else {
                    recording.discard(WHY);
                }
            }
        }

        private void end() {
            if (!sourceEnded && !sourceFailed) {
                sourceEnded = true;
                source.end();
            }
        }

        private void breakOff() {
            if (!sourceEnded && !sourceFailed) {
                sourceFailed = true;
                source.fail(WHY);
            }
        }

        private void check() {
            assertThat(whole).as("in order, each byte once").startsWith(client.text());
            assertThat(recorded + tooMuch).as("kept or not").isLessThanOrEqualTo(1);
            assertThat(budget.takenBytes()).isNotNegative();
        }

        private void checkTheEnd() {
            assertThat(budget.takenBytes()).as("of the budget").isZero();
            if (recorded == 1) {
                assertThat(kept).isEqualTo(whole.toString());
                assertThat(whole.length()).isLessThanOrEqualTo(cap);
                assertThat(sourceEnded).isTrue();
            } else if (sourceEnded && source.discarded() == null && (reads || left)) {
                assertThat(tooMuch).as("why it was not kept").isEqualTo(1);
            }
            if (!left && !sourceFailed) {
                assertThat(client.text()).isEqualTo(whole.toString());
                assertThat(client.ended()).isTrue();
                assertThat(delivered).isEqualTo(1);
            }
            if (!left && sourceFailed && reads) {
                assertThat(client.failure()).isEqualTo(WHY);
            }
            if (tooMuch == 1 && left) {
                assertThat(source.discarded() != null || sourceEnded || sourceFailed)
                        .isTrue();
            }
            source.discard(WHY);
            assertThat(chunks.held()).as("chunks").isZero();
        }

        @Override
        public void recorded(ByteBuf content, Headers trailers) {
            recorded++;
            kept = Chunks.text(content);
        }

        @Override
        public void tooMuch() {
            tooMuch++;
        }

        @Override
        public void delivered() {
            delivered++;
        }
    }
}
