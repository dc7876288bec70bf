package io.outrigger.proxy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SettlingTest {
    private final Settling settling = new Settling();
    private long nowMillis;

    private static Content file(String text) {
        return new Content.Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the content counts as written at this look, so many milliseconds after the last one. */
    private boolean written(Content there, int afterMillis) {
        nowMillis += afterMillis;
        return settling.look(there, TimeUnit.MILLISECONDS.toNanos(nowMillis))
                .map(there::equals)
                .orElse(false);
    }

    @Test
    void aFileCountsAsWrittenOnceItHasBeenTheSameFor100Milliseconds() {
        assertThat(written(file("a"), 500)).isFalse();
        assertThat(settling.unsettled()).isTrue();
        assertThat(written(file("a"), 99)).isFalse();
        assertThat(written(file("a"), 1)).isTrue();
        assertThat(settling.unsettled()).isFalse();
    }

    @Test
    void itIsToldOnce() {
        written(file("a"), 0);
        assertThat(written(file("a"), 100)).isTrue();
        assertThat(written(file("a"), 100)).isFalse();
        assertThat(written(file("a"), 10_000)).isFalse();
    }

    @Test
    void whileItIsBeingWrittenNothingOfItCounts() {
        for (String text = "a"; text.length() < 20; text += "a") {
            assertThat(written(file(text), 99)).isFalse();
        }
        assertThat(written(file("a".repeat(19)), 100)).isTrue();
    }

    @Test
    void aFileThatIsGoneForAMomentWasOnlyReplaced() {
        written(file("a"), 0);
        written(file("a"), 100);
        assertThat(written(new Content.None("gone"), 500)).isFalse();
        assertThat(written(file("b"), 50)).isFalse();
        assertThat(written(file("b"), 100)).isTrue();
    }

    @Test
    void aFileThatStaysAwayIsToldAsSuch() {
        written(file("a"), 0);
        written(file("a"), 100);
        written(new Content.None("gone"), 500);
        assertThat(written(new Content.None("gone"), 100)).isTrue();
    }

    @Test
    void whatWasTakenBySomebodyElseIsNotToldAgain() {
        written(file("a"), 0);
        settling.taken(file("b"));
        assertThat(settling.unsettled()).isFalse();
        assertThat(written(file("b"), 500)).isFalse();
        assertThat(written(file("a"), 500)).isFalse();
        assertThat(written(file("a"), 100)).isTrue();
    }
}
