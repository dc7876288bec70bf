package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes over a connection, and in whatever pieces: we take what a plain reader of the grammar takes, make the
 * same of it, and refuse the rest.
 */
class RandomMessagesTest {
    private static final int MESSAGES = Integer.getInteger("fuzz.messages", 1_500); // of each seed
    private static final int SEEDS = 3;
    private static final List<String> BEHIND =
            List.of("\r\n\r\n", "\0\0\0\0\0\0\0\0\0", ": x\r\n\r\n", " HTTP/1.1\r\n");

    static Stream<Arguments> kindsAndSeeds() {
        return Arrays.stream(MessageKind.values())
                .flatMap(kind -> LongStream.rangeClosed(1, SEEDS).mapToObj(seed -> arguments(kind, seed)));
    }

    @ParameterizedTest
    @MethodSource("kindsAndSeeds")
    void areReadAsByAPlainReaderAndInAnyPieces(MessageKind kind, long seed) throws IOException, URISyntaxException {
        RandomMessages messages = messages(kind, seed);
        int taken = 0;
        for (int i = 0; i < MESSAGES; i++) {
            String text = messages.next(kind);
            try {
                taken += check(kind, text, messages) ? 1 : 0;
            } catch (RuntimeException | Error e) {
                throw new AssertionError(kind + ": " + Case.written(text), e);
            }
        }
        assertThat(taken).as("fine ones, which have to be among them").isBetween(MESSAGES / 5, MESSAGES - MESSAGES / 5);
    }

    private static RandomMessages messages(MessageKind kind, long seed) throws IOException, URISyntaxException {
        return new RandomMessages(
                1000 * seed + kind.ordinal() + Long.getLong("fuzz.seed", 0), CorpusTest.messages(kind));
    }

    /** Whether it was taken. */
    private static boolean check(MessageKind kind, String text, RandomMessages messages) {
        HeadLimits limits = messages.limits();
        List<String> read = kind.read(List.of(text), limits);
        List<String> plain = kind.readPlainly(text, limits);
        if (MessageKind.isTaken(plain)) {
            assertThat(read).isEqualTo(plain);
        } else {
            assertThat(MessageKind.isTaken(read)).as("%s", read).isFalse();
            assertThat(plain.equals(PlainHeads.REFUSED) && !MessageKind.isRefused(read))
                    .as("%s", read)
                    .isFalse();
        }
        checkPieces(kind, text, limits, read, messages.pieces(text));
        checkBeginning(kind, text.substring(0, messages.below(text.length() + 1)), limits, read);
        return MessageKind.isTaken(read);
    }

    private static void checkPieces(
            MessageKind kind, String text, HeadLimits limits, List<String> whole, List<String> pieces) {
        if (MessageKind.isRefused(whole)) {
            pieces.add("\n"); // a head in drops is not looked at for each of them
        }
        List<String> read = kind.read(pieces, limits);
        if (MessageKind.isRefused(whole) && text.length() >= limits.headBytes()) {
            assertThat(MessageKind.isRefused(read)).as("%s", read).isTrue(); // which of two reasons comes first differs
        } else {
            assertThat(read).as("in %s pieces", pieces.size()).isEqualTo(whole);
        }
    }

    /** What is fine so far is not refused, and what is refused stays so. */
    private static void checkBeginning(MessageKind kind, String beginning, HeadLimits limits, List<String> whole) {
        List<String> read = kind.read(List.of(beginning), limits);
        if (!read.equals(Readings.INCOMPLETE) && !(MessageKind.isRefused(read) && MessageKind.isRefused(whole))) {
            assertThat(read).as("of %s bytes", beginning.length()).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = MessageKind.class,
            names = {"REQUESTS", "RESPONSES"})
    void areReadWithoutALookAtWhatStandsBehind(MessageKind kind) throws IOException, URISyntaxException {
        RandomMessages messages = messages(kind, 0);
        HeadScanner<?> scanner = kind == MessageKind.REQUESTS ? new RequestScanner() : new ResponseScanner();
        for (int i = 0; i < MESSAGES; i++) {
            String text = messages.next(kind);
            String beginning = text.substring(0, messages.below(text.length() + 1));
            List<String> alone = read(scanner, beginning, "");
            for (String behind : BEHIND) {
                assertThat(read(scanner, beginning, behind))
                        .as(Case.written(beginning))
                        .isEqualTo(alone);
            }
        }
    }

    private static List<String> read(HeadScanner<?> scanner, String text, String behind) {
        scanner.scan(Heads.bytes(text + behind), text.length(), Heads.LIMITS);
        return Readings.outcome(scanner);
    }
}
