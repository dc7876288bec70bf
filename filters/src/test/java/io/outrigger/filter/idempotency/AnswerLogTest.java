package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against a map that keeps the same. */
class AnswerLogTest {
    private static final int CHUNK = 4 * 1024;

    private record Kept(Digest fingerprint, long overNanos, byte[] answer) {}

    private final AnswerLog log = new AnswerLog();
    private final Map<KeyId, Kept> expected = new LinkedHashMap<>();
    private SplittableRandom random = new SplittableRandom(1);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void itKeepsWhatAMapWouldKeep(long seed) {
        random = new SplittableRandom(seed);
        int most = 1 << random.nextInt(1, 9);
        for (int step = 0; step < 5_000; step++) {
            if (expected.size() < most && random.nextInt(3) > 0) {
                add(random.nextInt(20) == 0 ? random.nextInt(100_000) : random.nextInt(2_000));
            } else if (random.nextInt(3) > 0) {
                removeOldest();
            } else {
                removeAny();
            }
            if (step % 50 == 0) {
                holdsAllOfThem();
            }
        }
        while (!expected.isEmpty()) {
            removeOldest();
        }
        holdsAllOfThem();
    }

    @Test
    void headsStayInOnePieceWhateverIsLeftOfAnArray() {
        for (int less = 0; less <= 400; less += 4) {
            add(CHUNK - less);
            add(0);
        }
        holdsAllOfThem();
        while (!expected.isEmpty()) {
            removeOldest();
        }
        add(3 * CHUNK);
        holdsAllOfThem();
    }

    @Test
    void whatWasRemovedInTheMiddleIsPassedOver() {
        List<KeyId> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(add(1_000));
        }
        ids.subList(1, 99).forEach(this::remove);
        holdsAllOfThem();
        remove(ids.get(0));
        assertThat(log.oldest()).isEqualTo(log.find(ids.get(99)));
        holdsAllOfThem();
    }

    @Test
    void aLargeAnswerIsNotCopied() {
        for (int length : List.of(10, 15_000, 17_000, 1_000_000)) {
            KeyId id = add(length);
            assertThat(log.answer(log.find(id)).bytes() == expected.get(id).answer)
                    .as("%d bytes", length)
                    .isEqualTo(length > 16 * 1024);
        }
        holdsAllOfThem();
    }

    @Test
    void whoIsSentALargeAnswerCannotWriteIntoIt() {
        KeyId id = add(50_000);
        for (int i = 0; i < 2; i++) {
            Body body = log.answer(log.find(id)).response().body();
            body.pushTo(new Body.Sink() {
                @Override
                public boolean chunk(ByteBuf bytes) {
                    assertThat(bytes.isReadOnly()).isTrue();
                    bytes.release();
                    return true;
                }

                @Override
                public void end(Headers trailers) {}

                @Override
                public void fail(Failure why) {}
            });
        }
        holdsAllOfThem();
    }

    @Test
    void nothingIsThereAfterClearing() {
        for (int i = 0; i < 300; i++) {
            add(500);
        }
        KeyId one = expected.keySet().iterator().next();
        log.clear();
        expected.clear();
        assertThat(log.find(one)).isEqualTo(AnswerLog.NONE);
        holdsAllOfThem();
        add(70_000);
        holdsAllOfThem();
    }

    private KeyId add(int length) {
        KeyId id = new KeyId(digest(random.nextInt(1000)), digest(random.nextInt()));
        if (expected.containsKey(id)) {
            return id;
        }
        byte[] body = new byte[length];
        random.nextBytes(body);
        WholeAnswer answer = new WholeAnswer(
                random.nextInt(200, 600), Headers.of("n", "" + length), Unpooled.wrappedBuffer(body), Headers.NONE);
        Kept kept = new Kept(
                digest(random.nextInt()), random.nextLong(), answer.kept().bytes());
        assertThat(log.read(answer)).isEqualTo(kept.answer.length);
        log.add(id, kept.fingerprint, kept.overNanos, answer);
        expected.put(id, kept);
        return id;
    }

    private void removeOldest() {
        if (!expected.isEmpty()) {
            KeyId oldest = expected.keySet().iterator().next();
            assertThat(log.oldest()).isEqualTo(log.find(oldest));
            remove(oldest);
        }
    }

    private void removeAny() {
        if (!expected.isEmpty()) {
            remove(expected.keySet().stream()
                    .skip(random.nextInt(expected.size()))
                    .findFirst()
                    .orElseThrow());
        }
    }

    private void remove(KeyId id) {
        expected.remove(id);
        log.remove(log.find(id));
        assertThat(log.find(id)).isEqualTo(AnswerLog.NONE);
    }

    private void holdsAllOfThem() {
        assertThat(log.keys()).isEqualTo(expected.size());
        List<Long> positions = new ArrayList<>();
        log.forEach(positions::add);
        assertThat(positions)
                .isEqualTo(expected.keySet().stream().map(log::find).toList());
        expected.forEach((id, kept) -> {
            long at = log.find(id);
            assertThat(log.hasFingerprint(at, kept.fingerprint)).isTrue();
            assertThat(log.hasFingerprint(at, digest(1234))).isFalse();
            assertThat(log.hasPlace(at, id.place())).isTrue();
            assertThat(log.caller(at)).isEqualTo(id.caller());
            assertThat(log.overNanos(at)).isEqualTo(kept.overNanos);
            assertThat(log.answerLength(at)).isEqualTo(kept.answer.length);
            assertThat(log.answer(at).bytes()).isEqualTo(kept.answer);
            assertThat(log.status(at)).isEqualTo(log.answer(at).status());
        });
        assertThat(log.find(new KeyId(digest(-1), digest(-1)))).isEqualTo(AnswerLog.NONE);
        assertThat(log.oldest()).isEqualTo(positions.isEmpty() ? AnswerLog.NONE : positions.getFirst());
    }

    private static Digest digest(int number) {
        byte[] bytes = new byte[Digest.LENGTH];
        for (int i = 0; i < 4; i++) {
            bytes[i] = (byte) (number >>> 8 * i);
            bytes[31 - i] = (byte) (number >>> 8 * i);
        }
        return Digest.of(bytes);
    }
}
