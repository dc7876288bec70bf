package io.outrigger.filter.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.Fault;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.Told;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What happens instead of asking the upstream, and to whom. */
class FaultFilterTest {
    private static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "by the test");
    private static final Fault.Latency SECOND = new Fault.Latency(Duration.ofSeconds(1), Duration.ZERO);

    @Test
    void whoIsNotHitGetsWhatTheUpstreamAnswers() {
        FaultSetting setting = new FaultSetting(new Fault.Abort(503));
        Reply reply = setting.filter(bound -> bound) // all are above the share
                .apply(setting.exchange, Exchanges.get(), setting.upstream);
        Told told = Told.by(reply);
        setting.upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(setting.counter.total()).isZero();
        assertThat(setting.notes()).isEmpty();
        assertThat(setting.exchange.faultBy()).isEmpty();
    }

    @Test
    void withoutFaultsTheReplyIsTheUpstreamsOwn() {
        FaultSetting setting = new FaultSetting();
        FaultFilter filter = new FaultFilter(setting.experiments, null, "app", FaultSetting.IDLE, (_, _) -> {}, _ -> {
            throw new AssertionError("drawn for nothing");
        });
        Reply own = new Reply(null);
        assertThat(filter.apply(setting.exchange, Exchanges.get(), (_, _) -> own))
                .isSameAs(own);
    }

    @Test
    void anAbortedAttemptLooksLikeAnAnswerOfTheUpstream() {
        FaultSetting setting = new FaultSetting(new Fault.Abort(503));
        Told told = setting.told(Exchanges.get());
        assertThat(told.head().status()).isEqualTo(503);
        assertThat(told.head().headers().get(HeaderName.of("proxy-status")))
                .isEqualTo("outrigger; error=proxy_internal_response; details=\"abort 503, by the file\"");
        String body = told.body();
        assertThat(body)
                .startsWith("{\"type\":\"urn:outrigger:problem:fault-injected\",")
                .contains("\"status\":503,\"detail\":\"abort 503, by the file\"");
        assertThat(told).hasToString("503 503");
        assertThat(setting.upstream.calls()).isZero();
        Attempt attempt = setting.exchange.attempts().getFirst();
        assertThat(attempt.delivery()).isEqualTo(Delivery.ANSWERED);
        assertThat(attempt.status()).isEqualTo(503);
        assertThat(attempt.endpoint()).isEqualTo("(fault)");
        assertThat(setting.unsent).containsExactly(attempt);
        assertThat(setting.notes()).containsExactly("fault abort: upstream app is not asked, by the file");
        assertThat(setting.exchange.faultBy()).isEqualTo("(file)");
        assertThat(setting.exchange.upstream()).isEqualTo("app");
        assertThat(setting.counter.total()).isEqualTo(1);
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void aResetAttemptMayHaveBeenProcessed() {
        FaultSetting setting = new FaultSetting(Fault.Plain.RESET);
        Told told = setting.told(Exchanges.get());
        assertThat(told).hasToString("RESET RESET");
        assertThat(told.failure().detail()).isEqualTo("the connection was reset, by the file");
        assertThat(setting.exchange.delivery()).isEqualTo(Delivery.UNKNOWN);
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void theWholeRequestIsReadBeforeItIsAnswered() {
        FaultSetting setting = new FaultSetting(new Fault.Abort(500));
        PushedBody body = new PushedBody(setting.chunks, 4).push("ab");
        Told told = setting.told(Exchanges.request("POST", body));
        assertThat(told).hasToString("");
        assertThat(setting.exchange.awaitsUpstream()).isFalse();
        body.push("cd").end();
        assertThat(told.head().status()).isEqualTo(500);
        told.body();
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void aClientThatWaitsForLeaveToSendIsAnsweredAtOnce() {
        FaultSetting setting = new FaultSetting(new Fault.Abort(500));
        PushedBody body = new PushedBody(setting.chunks, 4);
        Request request =
                Exchanges.request("POST", body).withHeaders(Headers.of("Host", "a", "Expect", "100-continue"));
        Told told = setting.told(request);
        assertThat(told.head().status()).isEqualTo(500);
        assertThat(body.discarded()).isNotNull();
        told.body();
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void aRequestThatBreaksOffIsNotAnswered() {
        FaultSetting setting = new FaultSetting(new Fault.Abort(500));
        PushedBody body = new PushedBody(setting.chunks, 4).push("ab");
        Told told = setting.told(Exchanges.request("POST", body));
        body.fail(Failure.of(Failure.Kind.BAD_BODY, "by the test"));
        assertThat(told).hasToString("BAD_BODY BAD_BODY");
        assertThat(setting.unsent).hasSize(1);
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void aBlackholeIsWaitedForAsAnUpstreamIs() {
        FaultSetting setting = new FaultSetting(Fault.Plain.BLACKHOLE);
        PushedBody body = new PushedBody(setting.chunks, 2).push("ab").end();
        Reply reply = setting.send(Exchanges.request("POST", body));
        Told told = Told.by(reply);
        setting.loop.advanceMillis(59_999);
        assertThat(told).hasToString("");
        assertThat(setting.exchange.awaitsUpstream()).isTrue();
        reply.fail(Failure.of(Failure.Kind.DEADLINE, "by the test"));
        assertThat(told).hasToString("DEADLINE DEADLINE");
        assertThat(setting.exchange.delivery()).isEqualTo(Delivery.UNKNOWN);
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void aBlackholeIsSilentNoLongerThanAnEndpointMayBe() {
        FaultSetting setting = new FaultSetting(Fault.Plain.BLACKHOLE);
        Told told = setting.told(Exchanges.get());
        setting.loop.advance(FaultSetting.IDLE);
        assertThat(told).hasToString("ATTEMPT_TIMEOUT ATTEMPT_TIMEOUT");
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void aClientThatLeavesABlackholeLeavesNothingBehind() {
        FaultSetting setting = new FaultSetting(Fault.Plain.BLACKHOLE);
        PushedBody body = new PushedBody(setting.chunks, 4).push("ab");
        Reply reply = setting.send(Exchanges.request("POST", body));
        reply.fail(GONE);
        assertThat(body.discarded()).isEqualTo(GONE);
        body.push("cd");
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void theEndOfAnExperimentEndsItsBlackholes() {
        FaultSetting setting = new FaultSetting(Fault.Plain.BLACKHOLE).lasting(Duration.ofSeconds(10));
        Told told = setting.told(Exchanges.get());
        setting.loop.advanceMillis(9_999);
        assertThat(told).hasToString("");
        setting.loop.advanceMillis(201);
        assertThat(told).hasToString("RESET RESET");
        assertThat(told.failure().detail())
                .isEqualTo("the connection was reset when the experiment ended, by experiment slow");
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void anAbortCanBeLate() {
        FaultSetting setting = new FaultSetting(SECOND, new Fault.Abort(503));
        Told told = setting.told(Exchanges.get());
        setting.loop.advanceMillis(999);
        assertThat(told).hasToString("");
        assertThat(setting.exchange.awaitsUpstream()).isTrue();
        setting.loop.advanceMillis(1);
        assertThat(told.head().status()).isEqualTo(503);
        told.body();
        assertThat(setting.notes())
                .containsExactly(
                        "fault latency: the answer comes later, by the file",
                        "fault abort: upstream app is not asked, by the file");
        assertThat(setting.exchange.notes().getFirst().waitNanos())
                .isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(setting.counter.total()).as("one attempt").isEqualTo(1);
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void aLateAbortWaitsForTheRequest() {
        FaultSetting setting = new FaultSetting(SECOND, new Fault.Abort(503));
        PushedBody body = new PushedBody(setting.chunks, 2);
        Told told = setting.told(Exchanges.request("POST", body));
        setting.loop.advanceMillis(2000);
        assertThat(told).hasToString("");
        body.push("ab").end();
        assertThat(told.head().status()).isEqualTo(503);
        told.body();
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void anExperimentHitsWhatTheFileHasLeft() {
        FaultSetting setting = new FaultSetting();
        Injection first = Injection.forAWhile(
                "one",
                FaultSetting.config(100, new Fault.Abort(500)),
                _ -> true,
                setting.counter,
                0,
                Duration.ZERO,
                Duration.ofHours(1));
        Injection other = Injection.ofFile(
                FaultSetting.config(100, new Fault.Abort(501)),
                request -> request.method().equals("PUT"),
                setting.counter,
                new HitsUnderWay());
        setting.injection = other;
        setting.experiments.add(first);
        assertThat(setting.told(Exchanges.get()).head().status()).isEqualTo(500);
        assertThat(setting.exchange.faultBy()).isEqualTo("one");
        assertThat(setting.told(Exchanges.request("PUT", Body.EMPTY)).head().status())
                .isEqualTo(501);
        setting.experiments.remove(first);
        Told told = setting.told(Exchanges.get());
        setting.upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
    }

    @Test
    void aHitIsOverWhenItsReplyIs() {
        FaultSetting setting = new FaultSetting(SECOND);
        Told told = setting.told(Exchanges.get());
        assertThat(setting.injection.underWay()).isEqualTo(1);
        setting.upstream.last().answer(200);
        assertThat(setting.injection.underWay()).isEqualTo(1);
        setting.loop.advanceMillis(1000);
        assertThat(told).hasToString("200 200");
        assertThat(setting.injection.underWay()).isZero();
    }
}
