package io.outrigger.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.serviceUnavailable;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static com.github.tomakehurst.wiremock.stubbing.Scenario.STARTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The promises of the README hold with the client that apps have, and the server that teams stub theirs with (WireMock),
 * with its faults, delays and scenarios. Each test has paths of its own.
 */
class StubbedUpstreamsTest {
    private static final WireMockServer app = stub();
    private static final WireMockServer spare = stub();
    private static final HttpClient client = HttpClient.newHttpClient();
    private static Program program;

    private static WireMockServer stub() {
        return new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
    }

    @BeforeAll
    static void start() throws Exception {
        app.start();
        spare.start();
        spare.stubFor(any(urlEqualTo("/sick/healthz")).willReturn(ok()));
        app.stubFor(any(urlEqualTo("/sick/healthz")).willReturn(serviceUnavailable()));
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams:
                  app: {endpoints: ["127.0.0.1:%1$d"]}
                  spare: {endpoints: ["127.0.0.1:%2$d"]}
                  both: {endpoints: ["127.0.0.1:%1$d", "127.0.0.1:%2$d"], balance: roundRobin}
                  sick:
                    endpoints: ["127.0.0.1:%1$d", "127.0.0.1:%2$d"]
                    healthCheck: {path: /sick/healthz, interval: 1s, timeout: 1s, unhealthyAfter: 1}
                defaults: {retry: off}
                routes:
                  - {name: plain, match: {path: {prefix: /plain}}, upstream: app}
                  - {name: retried, match: {path: {prefix: /retried}}, upstream: app, retry: {backoff: {base: 1ms}, budget: off}}
                  - {name: timed, match: {path: {prefix: /timed}}, upstream: app, timeout: {request: 500ms}}
                  - {name: circuit, match: {path: {prefix: /circuit}}, upstream: app, circuitBreaker: {consecutiveFailures: 3, openFor: 200ms, successesToClose: 1}}
                  - {name: bulkhead, match: {path: {prefix: /bulkhead}}, upstream: app, bulkhead: {maxConnections: 1, maxPending: 0}}
                  - {name: concurrency, match: {path: {prefix: /concurrency}}, upstream: app, concurrency: {min: 1, max: 1}}
                  - {name: stale, match: {path: {prefix: /stale}}, upstream: app, fallback: {rungs: [{stale: {}}, {upstream: spare}]}}
                  - {name: hedge, match: {path: {prefix: /hedge}}, upstream: both, hedge: {after: 50ms}, retry: {budget: off}}
                  - {name: keyed, match: {path: {prefix: /keyed}}, upstream: app, idempotency: {}}
                  - {name: limited, match: {path: {prefix: /limited}}, upstream: app, rateLimit: {requestsPerSecond: 1, burst: 3}}
                  - {name: sick, match: {path: {prefix: /sick}}, upstream: sick}
                """.formatted(app.port(), spare.port()));
    }

    @AfterAll
    static void end() throws Exception {
        client.close();
        program.endsWell();
        app.stop();
        spare.stop();
    }

    // ---- what the app does

    private static HttpRequest.Builder to(String path) throws InterruptedException {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + program.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(to(path).build(), BodyHandlers.ofString());
    }

    private static CompletableFuture<HttpResponse<String>> getLater(String path) throws InterruptedException {
        return client.sendAsync(to(path).build(), BodyHandlers.ofString());
    }

    private static HttpRequest post(String path, String body) throws InterruptedException {
        return to(path).POST(BodyPublishers.ofString(body)).build();
    }

    private static String cause(HttpResponse<String> response) {
        String type = Program.json(response.body()).path("type").asText();
        return type.substring(type.lastIndexOf(':') + 1);
    }

    // ---- what the upstream does

    private static void always(String path, ResponseDefinitionBuilder answer) {
        app.stubFor(any(urlEqualTo(path)).willReturn(answer));
    }

    private static void once(String path, ResponseDefinitionBuilder answer, ResponseDefinitionBuilder thenOn) {
        app.stubFor(any(urlEqualTo(path))
                .inScenario(path)
                .whenScenarioStateIs(STARTED)
                .willReturn(answer)
                .willSetStateTo("later"));
        app.stubFor(any(urlEqualTo(path))
                .inScenario(path)
                .whenScenarioStateIs("later")
                .willReturn(thenOn));
    }

    private static int arrived(WireMockServer upstream, String path) {
        return upstream.findAll(anyRequestedFor(urlEqualTo(path))).size();
    }

    /** WireMock's faults. {@code Fault} of this package is the soak's. */
    enum Trouble {
        EMPTY_RESPONSE,
        CONNECTION_RESET_BY_PEER,
        RANDOM_DATA_THEN_CLOSE,
        MALFORMED_RESPONSE_CHUNK;

        ResponseDefinitionBuilder answer() {
            return aResponse().withFault(com.github.tomakehurst.wiremock.http.Fault.valueOf(name()));
        }
    }

    // ---- a strict codec, failures as one table

    @ParameterizedTest
    @EnumSource(names = "MALFORMED_RESPONSE_CHUNK", mode = EnumSource.Mode.EXCLUDE)
    void aBrokenAnswerIsAProblemWithAReason(Trouble trouble) throws Exception {
        String path = "/plain/" + trouble;
        always(path, trouble.answer());
        var response = get(path);
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue("proxy-status").orElseThrow()).startsWith("outrigger; error=");
        assertThat(cause(response))
                .isIn(
                        trouble == Trouble.RANDOM_DATA_THEN_CLOSE
                                ? List.of("bad-response")
                                : List.of("reset", "stale-connection"));
        assertThat(arrived(app, path)).isEqualTo(1);
    }

    @Test
    void anAnswerThatBreaksOffNeverLooksComplete() {
        String path = "/plain/" + Trouble.MALFORMED_RESPONSE_CHUNK;
        always(path, Trouble.MALFORMED_RESPONSE_CHUNK.answer());
        assertThatThrownBy(() -> get(path)).isInstanceOf(IOException.class).hasRootCauseInstanceOf(EOFException.class);
    }

    @Test
    void aLongAnswerThatTricklesArrivesWhole() throws Exception {
        String body = "0123456789".repeat(200_000);
        always("/plain/trickle", ok(body).withChunkedDribbleDelay(20, 300));
        assertThat(get("/plain/trickle").body()).isEqualTo(body);
    }

    // ---- filters

    @ParameterizedTest
    @EnumSource(names = {"EMPTY_RESPONSE", "CONNECTION_RESET_BY_PEER"})
    void aGetThatMetWithTroubleIsSentAgain(Trouble trouble) throws Exception {
        String path = "/retried/get/" + trouble;
        once(path, trouble.answer(), ok("at last"));
        assertThat(get(path).body()).isEqualTo("at last");
        assertThat(arrived(app, path)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void aPostThatMetWithTroubleIsNot(Trouble trouble) throws Exception {
        String path = "/retried/post/" + trouble;
        once(path, trouble.answer(), ok("twice"));
        if (trouble == Trouble.MALFORMED_RESPONSE_CHUNK) {
            assertThatThrownBy(() -> client.send(post(path, "x"), BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        } else {
            assertThat(client.send(post(path, "x"), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(502);
        }
        assertThat(arrived(app, path)).isEqualTo(1);
    }

    @Test
    void aBusyUpstreamIsAskedAgain() throws Exception {
        once("/retried/busy", serviceUnavailable(), ok("at last"));
        assertThat(get("/retried/busy").body()).isEqualTo("at last");
    }

    @Test
    void whatTakesTooLongIsAnsweredInTime() throws Exception {
        always("/timed/slow", ok("late").withFixedDelay(10_000));
        Instant began = Instant.now();
        var response = get("/timed/slow");
        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(Duration.between(began, Instant.now())).isBetween(Duration.ofMillis(490), Duration.ofSeconds(8));
    }

    @Test
    void aCircuitOpensAndClosesAgain() throws Exception {
        always("/circuit", serviceUnavailable());
        for (int i = 0; i < 3; i++) {
            assertThat(get("/circuit").statusCode()).isEqualTo(503);
        }
        int asked = arrived(app, "/circuit");
        assertThat(asked).isEqualTo(3);
        assertThat(program.series("outrigger_circuit_transitions_total", "route=\"circuit\"", "to=\"open\""))
                .isEqualTo(1);
        always("/circuit", ok("well again"));
        var response = get("/circuit");
        while (response.statusCode() != 200) { // its own problem, and not what the upstream would say
            assertThat(cause(response)).isEqualTo("circuit-open");
            response = get("/circuit");
        }
        assertThat(response.body()).isEqualTo("well again");
        assertThat(arrived(app, "/circuit")).isEqualTo(asked + 1);
    }

    @ParameterizedTest
    @CsvSource({"bulkhead, bulkhead-full", "concurrency, shed"})
    void whatWouldBeMoreThanFitsIsRefusedAtOnce(String route, String cause) throws Exception {
        String path = "/" + route + "/slow";
        always(path, ok("served").withFixedDelay(3000));
        var first = getLater(path);
        program.awaitMetricAtLeast(1, "http_requests_in_flight", "route=\"" + route + "\"");
        var refused = get(path);
        assertThat(first).isNotDone();
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(cause(refused)).isEqualTo(cause);
        assertThat(first.get().body()).isEqualTo("served");
    }

    @Test
    void theLastGoodAnswerStandsInForABadOne() throws Exception {
        once("/stale/known", ok("good"), serviceUnavailable());
        assertThat(get("/stale/known").body()).isEqualTo("good");
        assertThat(get("/stale/known").body()).isEqualTo("good");
        assertThat(arrived(app, "/stale/known")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = "MALFORMED_RESPONSE_CHUNK", mode = EnumSource.Mode.EXCLUDE)
    void anotherUpstreamStandsInForOneInTrouble(Trouble trouble) throws Exception {
        String path = "/stale/" + trouble;
        always(path, trouble.answer());
        spare.stubFor(any(urlEqualTo(path)).willReturn(ok("from the spare one")));
        assertThat(get(path).body()).isEqualTo("from the spare one");
    }

    @Test
    void aSlowEndpointIsNotWaitedFor() throws Exception {
        always("/hedge", ok("slow").withFixedDelay(15_000));
        spare.stubFor(any(urlEqualTo("/hedge")).willReturn(ok("fast")));
        for (int i = 0; i < 4; i++) {
            assertThat(get("/hedge").body()).isEqualTo("fast");
        }
        assertThat(arrived(spare, "/hedge")).isEqualTo(4);
    }

    @Test
    void aKeyHappensOnceAlsoWhenTwoAskAtTheSameTime() throws Exception {
        once("/keyed", ok("charged").withFixedDelay(500), ok("charged again"));
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(client.sendAsync(
                    to("/keyed")
                            .header("idempotency-key", "a-charge-of-ten")
                            .POST(BodyPublishers.ofString("10"))
                            .build(),
                    BodyHandlers.ofString()));
        }
        for (var answer : answers) {
            assertThat(answer.get().body()).isEqualTo("charged");
        }
        assertThat(arrived(app, "/keyed")).isEqualTo(1);
    }

    @Test
    void aKeyWhoseAnswerWasLostIsNotSentAgain() throws Exception {
        once("/keyed/lost", Trouble.CONNECTION_RESET_BY_PEER.answer(), ok("twice"));
        var request = to("/keyed/lost")
                .header("idempotency-key", "another-charge")
                .POST(BodyPublishers.ofString("10"))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(502);
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(409);
        assertThat(arrived(app, "/keyed/lost")).isEqualTo(1);
    }

    @Test
    void aboveTheRateTheUpstreamIsSpared() throws Exception {
        always("/limited", ok("served"));
        int served = 0;
        HttpResponse<String> response = get("/limited");
        while (response.statusCode() == 200) {
            served++;
            response = get("/limited");
        }
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("retry-after")).isPresent();
        assertThat(served).isGreaterThanOrEqualTo(3).isEqualTo(arrived(app, "/limited"));
    }

    // ---- upstreams

    @Test
    void anEndpointThatFailsItsHealthChecksIsLeftOut() throws Exception {
        always("/sick/a", ok("sick"));
        spare.stubFor(any(urlEqualTo("/sick/a")).willReturn(ok("well")));
        program.awaitMetricAtMost(1, "outrigger_endpoint_healthy", "upstream=\"sick\"");
        for (int i = 0; i < 6; i++) {
            assertThat(get("/sick/a").body()).isEqualTo("well");
        }
        assertThat(arrived(app, "/sick/a")).isZero();
    }
}
