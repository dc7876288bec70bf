package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for a replayed body whatever its attempts do: nobody gets a wrong byte, and nothing is left behind. */
class ReplayProgramsTest {
    private static final Failure OVER = Failure.of(Failure.Kind.CLIENT_GONE, "the program is over");
    private static final int PROGRAMS = 3000;

    @ParameterizedTest
    @ValueSource(longs = {11, 20260104, 0xB0D1E5})
    void everyAttemptReadsTheBodyFromItsStart(long seed) {
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

    private static final class Program {
        /** An attempt: its body, its sink, and whether it has given up. */
        private static final class Attempt {
            final Body body;
            final RecordingSink sink;
            boolean reads;
            boolean gaveUp;

            Attempt(Body body, RecordingSink sink) {
                this.body = body;
                this.sink = sink;
            }
        }

        private final SplittableRandom random;
        private final Chunks chunks = new Chunks();
        private final BufferBudget budget;
        private final PushedBody source;
        private final ReplayBody replay;
        private final int cap;
        private final StringBuilder whole = new StringBuilder();
        private final List<Attempt> attempts = new ArrayList<>();
        private boolean ended;

        Program(SplittableRandom random) {
            this.random = random;
            this.cap = random.nextInt(1, 40);
            this.budget = new BufferBudget(random.nextInt(4) == 0 ? random.nextInt(100) : 100_000);
            this.source = new PushedBody(chunks);
            this.replay = new ReplayBody(source, cap, budget);
        }

        void run() {
            for (int steps = random.nextInt(60); steps > 0; steps--) {
                step();
                check();
            }
            if (random.nextBoolean()) {
                letTheLastAttemptReadAll();
            }
            replay.release(OVER);
            check();
            assertThat(chunks.held()).isZero();
            assertThat(budget.takenBytes()).isZero();
            if (!source.begun()) {
                assertThat(source.discarded()).isNotNull();
            }
        }

        private void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> push();
                case 4 -> {
                    if (!ended && random.nextInt(3) == 0) {
                        ended = true;
                        source.end();
                    }
                }
                case 5, 6 -> begin();
                case 7 -> read();
                case 8, 9 -> resume();
                case 10 -> discard();
                default -> {
                    if (random.nextInt(4) == 0) {
                        replay.commit();
                    }
                }
            }
        }

        private void push() {
            if (ended || source.discarded() != null) {
                return;
            }
            String text = "x".repeat(random.nextInt(12)) + (char) ('a' + random.nextInt(26));
            whole.append(text);
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            source.push(chunks.of(bytes, random.nextBoolean() ? 200 : 2 * Chunks.ROOM + bytes.length));
        }

        private void begin() {
            if (replay.replayable()) {
                attempts.add(new Attempt(replay.fromStart(), sink()));
            }
        }

        /** One that asks for a stop now and then; and, as an attempt that fails while it is written to, gives up. */
        private RecordingSink sink() {
            int number = attempts.size();
            boolean givesUp = random.nextInt(10) == 0;
            return new RecordingSink(1 + random.nextInt(3)) {
                @Override
                public boolean chunk(ByteBuf bytes) {
                    boolean more = super.chunk(bytes);
                    Attempt self = attempts.get(number);
                    assertThat(self.gaveUp).as("told after it gave up").isFalse();
                    if (givesUp) {
                        self.gaveUp = true;
                        self.body.discard(OVER);
                        begin();
                        read();
                    }
                    return more;
                }
            };
        }

        private void read() {
            for (Attempt attempt : List.copyOf(attempts)) {
                if (!attempt.reads && !attempt.gaveUp) {
                    attempt.reads = true;
                    attempt.body.pushTo(attempt.sink);
                    return;
                }
            }
        }

        private void resume() {
            if (!attempts.isEmpty()) {
                Attempt attempt = attempts.get(random.nextInt(attempts.size()));
                attempt.sink.demand(1 + random.nextInt(3));
                attempt.body.resume();
            }
        }

        private void discard() {
            if (!attempts.isEmpty()) {
                Attempt attempt = attempts.get(random.nextInt(attempts.size()));
                attempt.gaveUp = true;
                attempt.body.discard(OVER);
            }
        }

        /** As when the last attempt is the one whose answer is taken. */
        private void letTheLastAttemptReadAll() {
            begin();
            if (attempts.isEmpty()
                    || attempts.getLast().gaveUp
                    || attempts.getLast().sink.failure() != null) {
                return;
            }
            Attempt last = attempts.getLast();
            for (Attempt attempt : List.copyOf(attempts)) {
                if (attempt != last) {
                    attempt.gaveUp = true;
                    attempt.body.discard(OVER);
                }
            }
            replay.commit();
            last.sink.demand(Integer.MAX_VALUE);
            if (last.reads) {
                last.body.resume();
            } else {
                last.reads = true;
                last.body.pushTo(last.sink);
            }
            if (!ended) {
                ended = true;
                source.end();
            }
            if (!last.gaveUp) {
                boolean lost = last.sink.failure() != null; // to a faster one, before it began to read
                assertThat(lost || last.sink.ended() && last.sink.text().contentEquals(whole))
                        .isTrue();
            }
        }

        private void check() {
            String body = whole.toString();
            for (Attempt attempt : attempts) {
                assertThat(body).startsWith(attempt.sink.text());
                if (attempt.sink.ended()) {
                    assertThat(attempt.sink.text()).isEqualTo(body);
                }
            }
            if (replay.replayable()) {
                assertThat(source.discarded()).isNull();
            }
        }
    }
}
