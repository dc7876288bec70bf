package io.outrigger.filter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.AccessLog;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.exchange.Target;
import io.outrigger.filter.observe.ExchangeRecord.KeptFor;
import io.outrigger.filter.observe.ExchangeRecord.Step;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which exchanges are remembered, and what of them. */
class RecentExchangesTest {
    private static final long SECOND = 1_000_000_000;
    private static final Service FINE = (_, _) -> Reply.of(new Response(200, Headers.NONE, Body.EMPTY));
    private static final Service BROKEN = (_, _) -> Reply.failed(Failure.of(Kind.RESET, "10.0.0.1:80 ended it"));

    private final StillLoop loop = new StillLoop(1);
    private final RecentExchanges recent = new RecentExchanges(2, 0);
    private final ObserveFilter filter = new ObserveFilter(
            new Meters(new Metrics(2)).route("shop", "charge"),
            new AccessRule(AccessLog.Plain.OFF, _ -> 0),
            AccessLines.NONE,
            recent,
            Duration.ofSeconds(1));
    private int ids;

    private void send(Service service) {
        send(service, "/pay?token=hunter2");
    }

    private void send(Service service, String target) {
        Exchange exchange = new Exchange(loop, loop.now, Identity.of(0, 0, "id-" + ids++, null));
        exchange.route("charge");
        Request request = new Request("GET", Target.of(target), Headers.of("cookie", "hunter2"), Body.EMPTY);
        filter.apply(exchange, request, service).onAnswer(answer -> {
            if (answer instanceof Response head) {
                head.body().discard(Failure.of(Kind.CLIENT_GONE, ""));
            }
        });
    }

    private Service takes(long nanos) {
        return (exchange, request) -> {
            loop.now += nanos;
            return FINE.send(exchange, request);
        };
    }

    private List<String> ids(KeptFor keptFor) {
        return recent.all().stream()
                .filter(record -> record.keptFor() == keptFor)
                .map(ExchangeRecord::requestId)
                .toList();
    }

    @Test
    void whatFailedIsRememberedTheLastFirst() {
        send(BROKEN);
        loop.now += 1000;
        send((_, _) -> Reply.of(new Response(503, Headers.NONE, Body.EMPTY)));
        loop.now += 1000;
        send(BROKEN);

        assertThat(ids(KeptFor.FAILED)).containsExactly("id-2", "id-1", "id-0");
        assertThat(recent.skipped()).isZero();
    }

    @Test
    void whatWasSlowIsRemembered() {
        send(FINE); // the sample of this second
        send(takes(SECOND));
        assertThat(ids(KeptFor.SLOW)).containsExactly("id-1");
    }

    @Test
    void ofTheOthersOneASecondIs() {
        for (int i = 0; i < 30; i++) {
            send(FINE);
            loop.now += SECOND / 10;
        }
        assertThat(ids(KeptFor.SAMPLED)).containsExactly("id-20", "id-10", "id-0");
    }

    @Test
    void whatWentWellDoesNotPushOutWhatWentWrong() {
        send(BROKEN);
        for (int i = 0; i < 1000; i++) {
            loop.now += SECOND;
            send(FINE);
        }
        assertThat(ids(KeptFor.FAILED)).containsExactly("id-0");
        assertThat(ids(KeptFor.SAMPLED)).hasSize(32).startsWith("id-1000");
    }

    @Test
    void manyFailuresCostABoundedShareAndTheRestIsCounted() {
        for (int i = 0; i < 10_000; i++) {
            send(BROKEN);
            loop.now += SECOND / 10_000;
        }
        assertThat(ids(KeptFor.FAILED)).hasSize(64);
        assertThat(recent.skipped()).isBetween(9_750L, 9_800L); // 128 at once, and 100 a second
    }

    @Test
    void longRecordsTakeThePlaceOfSeveral() {
        Service wordy = (_, _) -> Reply.failed(Failure.of(Kind.RESET, "x".repeat(60_000)));
        for (int i = 0; i < 10; i++) {
            send(wordy);
            loop.now += SECOND;
        }
        assertThat(ids(KeptFor.FAILED)).containsExactly("id-9", "id-8"); // of 128 KiB a loop
    }

    @Test
    void itsStepsAreInTheOrderInWhichTheyBegan() {
        send((exchange, _) -> {
            loop.now += 10;
            Attempt first = attempt(exchange, "a:80");
            loop.now += 5;
            first.sent(loop.now);
            loop.now += 15;
            first.end(Failure.of(Kind.RESET, "a:80 ended the connection"), loop.now);
            exchange.note("retry", "again", "reset", 70);
            loop.now += 70;
            Attempt second = attempt(exchange, "b:80");
            second.answered(503);
            second.end(null, loop.now);
            exchange.note("retry", "denied", "budget", 0);
            return Reply.of(new Response(503, Headers.NONE, Body.EMPTY));
        });

        ExchangeRecord record = recent.all().getFirst();
        assertThat(record.steps()).hasSize(4);
        assertThat(record.steps().get(0)).isInstanceOfSatisfying(Step.Sent.class, sent -> {
            assertThat(sent.atNanos()).isEqualTo(10);
            assertThat(sent.endpoint()).isEqualTo("a:80");
            assertThat(sent.sentNanos()).isEqualTo(5);
            assertThat(sent.tookNanos()).isEqualTo(20);
            assertThat(sent.outcome()).isEqualTo("unknown");
            assertThat(sent.failure().kind()).isEqualTo(Kind.RESET);
        });
        assertThat(record.steps().get(1)).isEqualTo(new Step.Decided(30, "retry", "again", "reset", 70));
        assertThat(record.steps().get(2)).isInstanceOfSatisfying(Step.Sent.class, sent -> {
            assertThat(sent.atNanos()).isEqualTo(100);
            assertThat(sent.status()).isEqualTo(503);
            assertThat(sent.outcome()).isEqualTo("answered");
        });
        assertThat(record.steps().get(3)).isEqualTo(new Step.Decided(100, "retry", "denied", "budget", 0));
        assertThat(record.durationNanos()).isEqualTo(100);
    }

    @Test
    void decisionsStandBeforeTheAttemptThatCameOfThemAlsoWhileTheClockStands() {
        send((exchange, request) -> {
            exchange.note("failover", "to dr", "no endpoint is well", 0);
            attempt(exchange, "a:80").end(Failure.of(Kind.RESET, "ended"), loop.now);
            exchange.note("retry", "again", "reset", 0);
            exchange.note("balance", "panic", "all are used", 0);
            attempt(exchange, "b:80").end(Failure.of(Kind.RESET, "ended"), loop.now);
            return BROKEN.send(exchange, request);
        });
        assertThat(recent.all().getFirst().steps())
                .extracting(step -> step instanceof Step.Sent sent ? sent.endpoint() : ((Step.Decided) step).by())
                .containsExactly("failover", "a:80", "retry", "balance", "b:80");
    }

    private Attempt attempt(Exchange exchange, String endpoint) {
        Attempt attempt = new Attempt(endpoint, loop.now);
        exchange.begin(attempt);
        attempt.begin();
        return attempt;
    }

    @Test
    void neitherQueryNorFieldsAreKeptAndLongPathsAreCut() {
        send(BROKEN, "/" + "p".repeat(5000) + "?token=hunter2");

        ExchangeRecord record = recent.all().getFirst();
        assertThat(record.path()).hasSize(257).startsWith("/ppp").endsWith("…");
        assertThat(record.toString()).doesNotContain("hunter2", "?");
    }

    @Test
    void notesOfOneExchangeAreBounded() {
        send((exchange, request) -> {
            for (int i = 0; i < 100; i++) {
                exchange.note("test", "again", "and again", 0);
            }
            return BROKEN.send(exchange, request);
        });
        assertThat(recent.all().getFirst().steps()).hasSize(32);
    }
}
