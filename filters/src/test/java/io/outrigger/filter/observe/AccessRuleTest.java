package io.outrigger.filter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.AccessLog;
import io.outrigger.config.Share;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AccessRuleTest {
    private static AccessRule rule(AccessLog config) {
        return new AccessRule(config, bound -> bound / 2);
    }

    @Test
    void offTakesNothing() {
        AccessRule off = rule(AccessLog.Plain.OFF);

        assertThat(off.takes(false)).isFalse();
        assertThat(off.takes(true)).isFalse();
    }

    @Test
    void errorsTakesWhatFailed() {
        AccessRule errors = rule(AccessLog.Plain.ERRORS);

        assertThat(errors.takes(false)).isFalse();
        assertThat(errors.takes(true)).isTrue();
    }

    @Test
    void allTakesEverything() {
        assertThat(rule(AccessLog.Plain.ALL).takes(false)).isTrue();
    }

    @Test
    void aShareTakesThatShareOfTheOthersAndEveryError() {
        int[] next = {0};
        AccessRule some = new AccessRule(new AccessLog.Sampled(new Share(5)), bound -> next[0]++ * bound / 1000);

        assertThat(IntStream.range(0, 1000).filter(_ -> some.takes(false)).count())
                .isEqualTo(50);
        assertThat(some.takes(true)).isTrue();
    }

    @Test
    void noShareTakesErrorsOnly() {
        AccessRule none = new AccessRule(new AccessLog.Sampled(new Share(0)), _ -> 0);

        assertThat(none.takes(false)).isFalse();
        assertThat(none.takes(true)).isTrue();
    }
}
