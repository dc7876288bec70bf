package io.outrigger.filter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.AccessLog;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Target;
import io.outrigger.filter.observe.ExchangeRecord.KeptFor;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ObserveFilterTest {
    private static final Response OK = new Response(200, Headers.NONE, Body.EMPTY);
    private static final String CHARGE = "{service=shop,route=charge";

    private final Metrics metrics = new Metrics(2);
    private final Meters meters = new Meters(metrics);
    private final StillLoop loop = new StillLoop(1);
    private final RecentExchanges recent = new RecentExchanges(2, 0);
    private final List<String> lines = new ArrayList<>();
    private final ObserveFilter filter = filter("charge");
    private final Exchange exchange = new Exchange(loop, 0, Identity.of(1, 2, null, null));

    private ObserveFilter filter(String route) {
        return new ObserveFilter(
                meters.route("shop", route),
                new AccessRule(AccessLog.Plain.ERRORS, _ -> 0),
                this::line,
                recent,
                Duration.ofSeconds(1));
    }

    private void line(
            Exchange e, String method, @Nullable Target target, int status, @Nullable Failure failure, long now) {
        lines.add(method + " " + (target == null ? "-" : target.path()) + " " + status + " "
                + (failure == null ? "-" : failure.kind().cause()) + " " + now);
    }

    private static Request request(String method) {
        return new Request(method, Target.of("/"), Headers.NONE, Body.EMPTY);
    }

    @Test
    void anExchangeIsInFlightUntilItsReplyEnds() {
        Reply reply = new Reply(null);
        filter.apply(exchange, request("GET"), (_, _) -> reply);
        assertThat(Scraped.of(metrics)).containsEntry("http_requests_in_flight" + CHARGE + "}", 1.0);

        reply.answer(OK);
        assertThat(Scraped.of(metrics)).containsEntry("http_requests_in_flight" + CHARGE + "}", 1.0);

        reply.complete();
        assertThat(Scraped.of(metrics)).containsEntry("http_requests_in_flight" + CHARGE + "}", 0.0);
    }

    @Test
    void anExchangeIsCountedAndTimedOnceWhenItsReplyEnds() {
        Reply reply = new Reply(null);
        filter.apply(exchange, request("GET"), (_, _) -> reply);
        loop.now = 1_500_000_000;
        reply.answer(OK);
        loop.now = 2_000_000_000;
        reply.complete();
        reply.fail(Failure.of(Kind.CLIENT_GONE, "too late"));

        assertThat(Scraped.of(metrics))
                .containsEntry("http_requests_total" + CHARGE + ",method=GET,status=200}", 1.0)
                .containsEntry("http_request_duration_seconds" + CHARGE + ",method=GET,status=200}", 2.0)
                .containsEntry("http_requests_in_flight" + CHARGE + "}", 0.0);
        assertThat(lines).isEmpty();
    }

    @Test
    void statusesFrom500OnAndDegradedAnswersAreLoggedAsErrors() {
        for (int status : new int[] {499, 500, 503}) {
            Response head = new Response(status, Headers.NONE, Body.EMPTY);
            filter.apply(exchange, request("GET"), (_, _) -> Reply.of(head)).onAnswer(ObserveFilterTest::discard);
        }
        exchange.degraded("stale");
        filter.apply(exchange, request("GET"), (_, _) -> Reply.of(OK)).onAnswer(ObserveFilterTest::discard);

        assertThat(lines).extracting(line -> line.split(" ")[2]).containsExactly("500", "503", "200");
    }

    @Test
    void whatGotAFaultIsLoggedAndRememberedHoweverWellItWent() {
        exchange.faultBy("slow-charge");
        filter.apply(exchange, request("GET"), (_, _) -> Reply.of(OK)).onAnswer(ObserveFilterTest::discard);

        assertThat(lines).containsExactly("GET / 200 - 0");
        assertThat(recent.all())
                .singleElement()
                .extracting(ExchangeRecord::keptFor)
                .isEqualTo(KeptFor.INJECTED);
    }

    @Test
    void withoutAHeadTheStatusIsThatOfTheFailure() {
        filter.apply(exchange, request("POST"), (_, _) -> Reply.failed(Failure.of(Kind.CONNECT_TIMEOUT, "")));

        assertThat(Scraped.of(metrics))
                .containsEntry("http_requests_total" + CHARGE + ",method=POST,status=504}", 1.0)
                .containsEntry("outrigger_failures_total{route=charge,cause=connect_timeout}", 1.0);
        assertThat(lines).containsExactly("POST / 504 connect_timeout 0");
    }

    @Test
    void aClientThatLeftBeforeTheHeadCountsAs499() {
        filter.apply(exchange, request("GET"), (_, _) -> new Reply(null)).fail(Failure.of(Kind.CLIENT_GONE, ""));

        assertThat(Scraped.of(metrics))
                .containsEntry("http_requests_total" + CHARGE + ",method=GET,status=499}", 1.0)
                .containsEntry("outrigger_failures_total{route=charge,cause=client_gone}", 1.0);
    }

    @Test
    void afterTheHeadTheStatusIsThatOfTheHeadAndTheFailureCountsBesides() {
        Reply reply = new Reply(null);
        filter.apply(exchange, request("GET"), (_, _) -> reply);
        reply.answer(OK);
        reply.fail(Failure.of(Kind.RESPONSE_CUT, ""));

        assertThat(Scraped.of(metrics))
                .containsEntry("http_requests_total" + CHARGE + ",method=GET,status=200}", 1.0)
                .containsEntry("outrigger_failures_total{route=charge,cause=response_cut}", 1.0);
        assertThat(lines).containsExactly("GET / 200 response_cut 0");
    }

    @Test
    void methodsBeyondTheKnownOnesAreOther() {
        for (String method : List.of("PURGE", "get", "")) {
            filter.apply(exchange, request(method), (_, _) -> Reply.of(OK)).onAnswer(ObserveFilterTest::discard);
        }

        assertThat(Scraped.of(metrics))
                .containsEntry("http_requests_total" + CHARGE + ",method=OTHER,status=200}", 3.0);
    }

    @Test
    void theKnownMethodsKeepTheirNames() {
        for (RequestMethod method : RequestMethod.values()) {
            assertThat(RequestMethod.of(method.name())).isSameAs(method);
        }
    }

    @Test
    void aRequestThatIsRefusedBeforeARouteCountsUnderNone() {
        ObserveFilter unrouted = filter(Meters.NO_ROUTE);
        loop.now = 3_000_000;
        unrouted.refused(exchange, "", Failure.of(Kind.HEAD_TOO_LARGE, ""));
        unrouted.refused(exchange, "GET", Failure.of(Kind.URI_TOO_LONG, ""));

        assertThat(Scraped.of(metrics))
                .containsEntry("http_requests_total{service=shop,route=(none),method=OTHER,status=431}", 1.0)
                .containsEntry("http_requests_total{service=shop,route=(none),method=GET,status=414}", 1.0)
                .containsEntry("http_request_duration_seconds{service=shop,route=(none),method=GET,status=414}", .003)
                .containsEntry("outrigger_failures_total{route=(none),cause=head_too_large}", 1.0)
                .containsEntry("http_requests_in_flight{service=shop,route=(none)}", 0.0);
        assertThat(lines).containsExactly(" - 431 head_too_large 3000000", "GET - 414 uri_too_long 3000000");
    }

    private static void discard(Object answer) {
        ((Response) answer).body().discard(Failure.of(Kind.CLIENT_GONE, ""));
    }
}
