package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.RandomReplies.Node;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What holds for replies however they are composed and whatever happens to them. {@link io.outrigger.fixtures.Told}
 * watches each one: answered once, ended once, and in this order.
 */
class ReplyProgramsTest {
    private static final int PROGRAMS = 1500; // of each test and seed

    @ParameterizedTest
    @ValueSource(longs = {1, 20260101, 0x5EED})
    void everyReplyEndsOnceAndNothingIsLeftWhenTheClientStays(long seed) {
        run(seed, (program, random) -> program.playToTheEnd());
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 20260102, 0xC0FFEE})
    void failingTheRootStopsEverythingBelowAtOnce(long seed) {
        run(seed, (program, random) -> program.root.reply().fail(RandomReplies.GONE));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 20260103, 0xFACADE})
    void failingAnyReplyStopsEverythingBelowItAndTellsTheRoot(long seed) {
        run(seed, (program, random) -> {
            Node node = program.nodes().get(random.nextInt(program.nodes().size()));
            node.reply().fail(RandomReplies.GONE);
            assertThat(node.allEnded()).isTrue();
            program.playToTheEnd();
        });
    }

    private interface Finish {
        void of(RandomReplies program, SplittableRandom random);
    }

    private static void run(long seed, Finish finish) {
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < PROGRAMS; i++) {
            long one = seeds.nextLong();
            SplittableRandom random = new SplittableRandom(one);
            RandomReplies program = new RandomReplies(random);
            try {
                for (int events = random.nextInt(30); events > 0; events--) {
                    program.event();
                }
                finish.of(program, random);
                assertThat(program.root.told().ended()).as("root has ended").isTrue();
                assertThat(program.nodes()).as("all replies have ended").allMatch(Node::allEnded);
                assertThat(program.chunks().held()).as("buffers held").isZero();
                assertThat(program.loop().pending()).as("timers left").isZero();
            } catch (RuntimeException | Error bug) {
                throw new AssertionError("program " + i + " with seed " + one, bug);
            }
        }
    }
}
