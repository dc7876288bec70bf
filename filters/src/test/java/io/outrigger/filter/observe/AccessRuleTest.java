package io.outrigger.filter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.AccessLog;
import io.outrigger.config.Share;
import io.outrigger.exchange.Failure;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AccessRuleTest {
    private static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "");

    private static AccessRule rule(AccessLog config) {
        return new AccessRule(config, bound -> bound / 2);
    }

    @Test
    void offTakesNothing() {
        AccessRule off = rule(AccessLog.Plain.OFF);

        assertThat(off.takes(200, null)).isFalse();
        assertThat(off.takes(500, null)).isFalse();
        assertThat(off.takes(502, GONE)).isFalse();
    }

    @Test
    void errorsTakesFailuresAndStatusesFrom500On() {
        AccessRule errors = rule(AccessLog.Plain.ERRORS);

        assertThat(errors.takes(499, null)).isFalse();
        assertThat(errors.takes(500, null)).isTrue();
        assertThat(errors.takes(200, GONE)).isTrue();
        assertThat(errors.takes(404, Failure.of(Failure.Kind.NO_ROUTE, ""))).isTrue();
    }

    @Test
    void allTakesEverything() {
        assertThat(rule(AccessLog.Plain.ALL).takes(200, null)).isTrue();
    }

    @Test
    void aShareTakesThatShareOfTheOthersAndEveryError() {
        int[] next = {0};
        AccessRule some = new AccessRule(new AccessLog.Sampled(new Share(5)), bound -> next[0]++ * bound / 1000);

        assertThat(IntStream.range(0, 1000).filter(_ -> some.takes(200, null)).count())
                .isEqualTo(50);
        assertThat(some.takes(503, null)).isTrue();
    }

    @Test
    void noShareTakesErrorsOnly() {
        AccessRule none = new AccessRule(new AccessLog.Sampled(new Share(0)), _ -> 0);

        assertThat(none.takes(200, null)).isFalse();
        assertThat(none.takes(500, null)).isTrue();
    }
}
