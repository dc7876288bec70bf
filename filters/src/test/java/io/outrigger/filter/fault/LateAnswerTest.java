package io.outrigger.filter.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.Fault;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.Told;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An answer that comes 500 ms later than it would. */
class LateAnswerTest {
    private static final Failure TIMEOUT = Failure.of(Failure.Kind.ATTEMPT_TIMEOUT, "by the test");

    private final FaultSetting setting = new FaultSetting(new Fault.Latency(Duration.ofMillis(500), Duration.ZERO));

    @AfterEach
    void nothingIsLeft() {
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void theHeadComesLaterAndThenTheBody() {
        PushedBody body = new PushedBody(setting.chunks, 4);
        Told told = setting.told(Exchanges.get());
        setting.loop.advanceMillis(100);
        setting.upstream.last().answer(new Response(200, Headers.NONE, body));
        body.push("ab");
        setting.loop.advanceMillis(499);
        assertThat(told).hasToString("");
        assertThat(body.begun()).isFalse();
        setting.loop.advanceMillis(1);
        assertThat(told.head().status()).isEqualTo(200);
        body.push("cd").end();
        assertThat(told.body()).isEqualTo("abcd");
        assertThat(told).hasToString("200 200");
    }

    @Test
    void meanwhileTheAttemptLooksAsIfItWaited() {
        Reply reply = setting.send(Exchanges.get());
        setting.upstream.last().answer(200);
        assertThat(setting.exchange.awaitsUpstream()).isTrue();
        assertThat(setting.exchange.delivery()).isEqualTo(Delivery.UNKNOWN);
        assertThat(setting.upstream.last().attempt().isToBlameFor(TIMEOUT))
                .as("it has answered")
                .isFalse();
        setting.loop.advanceMillis(500);
        assertThat(setting.exchange.awaitsUpstream()).isFalse();
        assertThat(setting.exchange.delivery()).isEqualTo(Delivery.ANSWERED);
        assertThat(setting.upstream.last().attempt().isToBlameFor(TIMEOUT)).isTrue();
        Told.by(reply);
    }

    @Test
    void aTimeoutEndsIt() {
        PushedBody body = new PushedBody(setting.chunks, 4);
        Reply reply = setting.send(Exchanges.get());
        Told told = Told.by(reply);
        setting.upstream.last().answer(new Response(200, Headers.NONE, body));
        body.push("ab");
        setting.loop.advanceMillis(100);
        reply.fail(TIMEOUT);
        assertThat(told).hasToString("ATTEMPT_TIMEOUT ATTEMPT_TIMEOUT");
        assertThat(setting.upstream.last().cancelled()).isEqualTo(TIMEOUT);
        body.discard(TIMEOUT); // as its connection does
    }

    /** A deadline that expires afterwards, in a pause or while the next attempt waits for a place, is not its fault. */
    @Test
    void anAttemptThatWasGivenUpIsNotWaitedForAnyMore() {
        Reply reply = setting.send(Exchanges.get());
        setting.upstream.last().answer(200);
        setting.loop.advanceMillis(100);
        reply.fail(TIMEOUT);
        assertThat(setting.exchange.awaitsUpstream()).isFalse();
        assertThat(setting.exchange.delivery()).as("as if no answer had come").isEqualTo(Delivery.UNKNOWN);
        assertThat(setting.upstream.last().attempt().isToBlameFor(TIMEOUT)).isFalse();
    }

    @Test
    void norIsOneThatWasSilentForTooLong() {
        FaultSetting hour = new FaultSetting(new Fault.Latency(Duration.ofHours(1), Duration.ZERO));
        hour.told(Exchanges.get());
        hour.upstream.last().answer(200);
        hour.loop.advance(FaultSetting.IDLE);
        assertThat(hour.exchange.awaitsUpstream()).isFalse();
        assertThat(hour.exchange.delivery()).isEqualTo(Delivery.UNKNOWN);
        assertThat(hour.isAllFree()).isTrue();
    }

    @Test
    void aFailureComesAtOnce() {
        Told told = setting.told(Exchanges.get());
        setting.upstream.last().fail(Failure.Kind.CONNECT_REFUSED);
        assertThat(told).hasToString("CONNECT_REFUSED CONNECT_REFUSED");
    }

    @Test
    void aResponseThatBreaksOffMeanwhileIsAFailureAtOnce() {
        PushedBody body = new PushedBody(setting.chunks, 4);
        Told told = setting.told(Exchanges.get());
        setting.upstream.last().answer(new Response(200, Headers.NONE, body));
        setting.loop.advanceMillis(100);
        setting.upstream.last().fail(Failure.Kind.RESPONSE_CUT);
        assertThat(told).hasToString("RESPONSE_CUT RESPONSE_CUT");
    }

    @Test
    void anAnswerThatIsThereAtOnceIsLateToo() {
        setting.upstream.willAnswer(200);
        Told told = setting.told(Exchanges.get());
        setting.loop.advanceMillis(499);
        assertThat(told).hasToString("");
        setting.loop.advanceMillis(1);
        assertThat(told).hasToString("200 200");
    }

    @Test
    void itIsNotedWhenItBegins() {
        setting.told(Exchanges.get());
        assertThat(setting.notes()).containsExactly("fault latency: the answer comes later, by the file");
        assertThat(setting.counter.total()).isEqualTo(1);
        setting.upstream.last().fail(Failure.Kind.RESET);
    }

    @Test
    void theEndOfTheExperimentLetsItGo() {
        FaultSetting brief = new FaultSetting(new Fault.Latency(Duration.ofSeconds(30), Duration.ZERO))
                .lasting(Duration.ofSeconds(2));
        Told told = brief.told(Exchanges.get());
        brief.upstream.last().answer(200);
        brief.loop.advanceMillis(1_999);
        assertThat(told).hasToString("");
        brief.loop.advanceMillis(201);
        assertThat(told).hasToString("200 200");
        assertThat(brief.isAllFree()).isTrue();
    }

    @Test
    void nobodyIsSilentForLongerThanHeMay() {
        FaultSetting hour = new FaultSetting(new Fault.Latency(Duration.ofHours(1), Duration.ZERO));
        Told told = hour.told(Exchanges.get());
        hour.upstream.last().answer(200);
        hour.loop.advance(FaultSetting.IDLE);
        assertThat(told).hasToString("ATTEMPT_TIMEOUT ATTEMPT_TIMEOUT");
        assertThat(told.failure().detail()).isEqualTo("no byte came for 60000 ms, by the file");
        assertThat(hour.isAllFree()).isTrue();
    }

    @Test
    void jitterIsAddedUpToTheWhole() {
        FaultSetting spread = new FaultSetting(new Fault.Latency(Duration.ofMillis(500), Duration.ofMillis(100)));
        long[] draws = {0, 100_000_000};
        int[] next = {0};
        for (long millis : new long[] {500, 600}) {
            next[0] = 0;
            long jitter = draws[millis == 500 ? 0 : 1];
            Told told = Told.by(spread.filter(bound -> next[0]++ == 0 ? 0 : Math.min(jitter, bound - 1))
                    .apply(spread.exchange, Exchanges.get(), spread.upstream));
            spread.upstream.last().answer(200);
            spread.loop.advanceMillis(millis - 1);
            assertThat(told).hasToString("");
            spread.loop.advanceMillis(1);
            assertThat(told).hasToString("200 200");
        }
    }
}
