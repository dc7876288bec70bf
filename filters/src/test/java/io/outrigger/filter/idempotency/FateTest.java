package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.IdempotencyConfig.ServerErrors;
import io.outrigger.exchange.Delivery;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a key, by status and by how far the request got. */
class FateTest {
    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299, 301, 304, 307, 400, 401, 403, 404, 410, 412, 422, 423, 424, 426, 451})
    void whatIsFinalIsStored(int status) {
        for (ServerErrors errors : ServerErrors.values()) {
            assertThat(Fate.of(status, errors)).isEqualTo(Fate.STORE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 409, 421, 425, 429})
    void whatSaysNotNowIsForgotten(int status) {
        for (ServerErrors errors : ServerErrors.values()) {
            assertThat(Fate.of(status, errors)).isEqualTo(Fate.FORGET);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 599})
    void serverErrorsAreWhatTheConfigurationSays(int status) {
        assertThat(Fate.of(status, ServerErrors.UNKNOWN)).isEqualTo(Fate.UNKNOWN);
        assertThat(Fate.of(status, ServerErrors.FORGET)).isEqualTo(Fate.FORGET);
        assertThat(Fate.of(status, ServerErrors.STORE)).isEqualTo(Fate.STORE);
    }

    @ParameterizedTest
    @CsvSource({"NOT_SENT, FORGET", "REFUSED, FORGET", "ANSWERED, UNKNOWN", "UNKNOWN, UNKNOWN"})
    void withoutAnAnswerItIsHowFarTheRequestGot(Delivery delivery, Fate fate) {
        assertThat(Fate.of(delivery)).isEqualTo(fate);
    }
}
