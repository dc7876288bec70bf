package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.ManualLoop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far an attempt got, and an exchange with all of its attempts. */
class ExchangeTest {
    private final ManualLoop loop = new ManualLoop();
    private final Exchange exchange = Exchanges.on(loop);

    @ParameterizedTest
    @CsvSource({
        // begun, status, failure, delivery
        "false, 0,   '',               NOT_SENT",
        "false, 0,   CONNECT_REFUSED,  NOT_SENT",
        "false, 0,   CLIENT_GONE,      NOT_SENT",
        "true,  0,   '',               UNKNOWN",
        "true,  0,   RESET,            UNKNOWN",
        "true,  0,   CLIENT_GONE,      UNKNOWN",
        "true,  0,   DEADLINE,         UNKNOWN",
        "true,  200, '',               ANSWERED",
        "true,  503, '',               ANSWERED",
        "true,  200, RESPONSE_CUT,     UNKNOWN",
        "true,  200, CLIENT_GONE,      UNKNOWN",
        "true,  421, '',               REFUSED",
        "true,  425, '',               REFUSED",
    })
    void howFarAnAttemptGotIsToldByWhatHappened(boolean begun, int status, String failure, Delivery delivery) {
        Attempt attempt = attempt();
        if (begun) {
            attempt.begin();
        }
        if (status != 0) {
            attempt.answered(status);
        }
        if (!failure.isEmpty()) {
            attempt.end(Failure.of(Failure.Kind.valueOf(failure), ""), loop.nanoTime());
        }
        assertThat(attempt.delivery()).isEqualTo(delivery);
    }

    @Test
    void anEndpointThatSaysSoHasRefused() {
        Attempt attempt = attempt();
        attempt.begin();
        attempt.end(Failure.of(Failure.Kind.RESET, "").delivered(Delivery.REFUSED), loop.nanoTime());
        assertThat(attempt.delivery()).isEqualTo(Delivery.REFUSED);
    }

    @Test
    void theWorstOfTwoDeliveriesIsTheGreater() {
        assertThat(Delivery.values())
                .containsExactly(Delivery.NOT_SENT, Delivery.REFUSED, Delivery.ANSWERED, Delivery.UNKNOWN);
        assertThat(Delivery.REFUSED.and(Delivery.NOT_SENT)).isEqualTo(Delivery.REFUSED);
        assertThat(Delivery.ANSWERED.and(Delivery.UNKNOWN)).isEqualTo(Delivery.UNKNOWN);
        assertThat(Delivery.NOT_SENT.and(Delivery.NOT_SENT)).isEqualTo(Delivery.NOT_SENT);
    }

    @Test
    void anExchangeGotAsFarAsTheWorstOfItsAttempts() {
        assertThat(exchange.delivery()).isEqualTo(Delivery.NOT_SENT);
        Attempt sent = begin();
        sent.begin();
        Attempt refused = begin();
        refused.end(Failure.of(Failure.Kind.CONNECT_REFUSED, ""), loop.nanoTime());
        begin();
        assertThat(exchange.delivery()).isEqualTo(Delivery.UNKNOWN);
        sent.answered(200);
        assertThat(exchange.delivery()).isEqualTo(Delivery.ANSWERED);
    }

    @Test
    void attemptsAreListedInTheirOrder() {
        assertThat(exchange.attemptCount()).isZero();
        assertThat(exchange.lastAttempt()).isNull();
        assertThat(exchange.attempts()).isEmpty();
        Attempt one = begin();
        assertThat(exchange.attempts()).containsExactly(one);
        Attempt two = begin();
        Attempt three = begin();
        assertThat(exchange.attempts()).containsExactly(one, two, three);
        assertThat(exchange.attemptCount()).isEqualTo(3);
        assertThat(exchange.lastAttempt()).isSameAs(three);
    }

    @Test
    void anExchangeAwaitsItsUpstreamFromTheLastByteSentToTheHead() {
        assertThat(exchange.awaitsUpstream()).isFalse();
        Attempt attempt = begin();
        attempt.begin();
        assertThat(exchange.awaitsUpstream()).isFalse();
        attempt.sent(loop.nanoTime());
        assertThat(exchange.awaitsUpstream()).isTrue();
        attempt.answered(200);
        assertThat(exchange.awaitsUpstream()).isFalse();
    }

    @Test
    void anExchangeAwaitsItsUpstreamWhileAnyOfTwoAttemptsDoes() {
        Attempt one = begin();
        one.sent(loop.nanoTime());
        begin(); // still connecting
        assertThat(exchange.awaitsUpstream()).isTrue();
        one.end(Failure.of(Failure.Kind.RESET, ""), loop.nanoTime());
        assertThat(exchange.awaitsUpstream()).isFalse();
    }

    @Test
    void anAttemptLastsUntilItsEndOrUntilNow() {
        Attempt attempt = attempt();
        long start = loop.nanoTime();
        assertThat(attempt.durationNanos(start + 5)).isEqualTo(5);
        attempt.end(null, start + 7);
        assertThat(attempt.durationNanos(start + 9)).isEqualTo(7);
        assertThat(attempt.ended()).isTrue();
        assertThat(attempt.failure()).isNull();
    }

    private Attempt begin() {
        Attempt attempt = attempt();
        exchange.begin(attempt);
        return attempt;
    }

    private Attempt attempt() {
        return new Attempt("10.0.0.1:80", loop.nanoTime());
    }
}
