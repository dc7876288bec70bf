package io.outrigger.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.OutlierDetectionConfig;
import io.outrigger.config.Share;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.EndpointSet;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts against an endpoint: one failure ejects it here. */
class WitnessTest {
    private final ManualLoop loop = new ManualLoop();
    private final Exchange exchange = Exchanges.on(loop);
    private final EndpointSet set = new EndpointSet();
    private final Outliers outliers = new Outliers(
            "app",
            new OutlierDetectionConfig(
                    1, Duration.ofSeconds(10), 3.5, 20, Duration.ofSeconds(30), Duration.ofMinutes(5), new Share(50)),
            set,
            new Ejections(set),
            _ -> false,
            (_, _) -> {});

    WitnessTest() {
        set.replace(List.of(endpoint("10.0.0.1"), endpoint("10.0.0.2")));
    }

    private static Endpoint endpoint(String host) {
        return new Endpoint(new InetSocketAddress(InetAddress.ofLiteral(host), 80), host + ":80", 1, Optional.empty());
    }

    private boolean ejected() {
        return set.current()[0].standing().ejected(loop.nanoTime());
    }

    /** The reply to an attempt that is sent, or not yet. */
    private Reply attempt(boolean sent) {
        Attempt attempt = new Attempt("10.0.0.1:80", loop.nanoTime());
        if (sent) {
            attempt.sent(loop.nanoTime() + 1);
        }
        return witnessed(attempt);
    }

    private Reply witnessed(Attempt attempt) {
        Reply reply = new Reply(null);
        return Witness.follow(reply, outliers, set.current()[0], exchange, attempt);
    }

    private static void answer(Reply reply, int status) {
        reply.answer(new Response(status, Headers.NONE, Body.EMPTY));
    }

    @ParameterizedTest
    @CsvSource({"200, false", "404, false", "429, false", "499, false", "500, true", "503, true", "599, true"})
    void aStatusFrom500OnCounts(int status, boolean counts) {
        Reply reply = attempt(true);
        answer(reply, status);
        reply.complete();
        assertThat(ejected()).isEqualTo(counts);
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT_REFUSED, true", "CONNECT_TIMEOUT, true", "TLS_PROTOCOL, true", "RESET, true", "BAD_RESPONSE, true",
        "ATTEMPT_TIMEOUT, true", "STALE_CONNECTION, false", "POOL_FULL, false", "CLIENT_GONE, false", "DEADLINE, false",
        "CIRCUIT_OPEN, false", "INTERNAL, false"
    })
    void aFailureOfTheUpstreamCounts(Kind kind, boolean counts) {
        attempt(true).fail(Failure.of(kind, "why"));
        assertThat(ejected()).isEqualTo(counts);
    }

    @Test
    void aDeadlineCountsWhereTheAttemptHadBeenSent() {
        Failure late = Failure.of(Kind.DEADLINE, "late").blaming(Blame.UPSTREAM);
        attempt(false).fail(late);
        assertThat(ejected()).isFalse();
        attempt(true).fail(late);
        assertThat(ejected()).isTrue();
    }

    @Test
    void aResponseThatIsCutCountsAndOneThatTheClientLeftDoesNot() {
        Reply left = attempt(true);
        answer(left, 200);
        left.fail(Failure.of(Kind.CLIENT_GONE, "gone"));
        assertThat(ejected()).isFalse();
        Reply cut = attempt(true);
        answer(cut, 200);
        assertThat(ejected()).isFalse();
        cut.fail(Failure.of(Kind.RESPONSE_CUT, "cut"));
        assertThat(ejected()).isTrue();
    }

    @Test
    void whatFailsWhileItIsHeldBackOnPurposeDoesNotCount() {
        Attempt held = new Attempt("10.0.0.1:80", loop.nanoTime());
        held.sent(loop.nanoTime() + 1);
        Reply reply = witnessed(held);
        answer(reply, 200);
        held.holdHead(true);
        reply.fail(Failure.of(Kind.ATTEMPT_TIMEOUT, "late"));
        assertThat(ejected()).isFalse();
    }
}
