package io.outrigger.proxy.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.config.key.Environment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplainerTest {
    private static final String FILE = """
            listeners:
              - {name: out, address: "127.0.0.1:15100"}
              - {name: rest, address: "127.0.0.1:15200", upstream: app}
            upstreams:
              app: {endpoints: [app.internal:80]}
              canary: {endpoints: [canary.internal:80]}
            routes:
              - {name: admin, upstream: app, match: {headers: {authorization: secret, x: "1"}}}
              - {name: debug, upstream: app, match: {query: {debug: {present: true}}}}
              - name: charge
                match: {hosts: [payments], path: {prefix: /v1}, methods: [POST, PUT]}
                upstream: app
                rewrite: {prefix: /charges, host: payments.prod}
                timeout: {request: 2s, attempt: 800ms}
                retry: {attempts: 2}
              - name: drawn
                match: {path: {exact: /drawn}}
                split: [{upstream: app, weight: 90}, {upstream: canary, weight: 10}]
                retry: off
              - name: once
                match: {path: {exact: /once}}
                upstream: app
                retry: {}
                idempotency: {required: true, methods: [PUT]}
            """;

    private static Explanation explain(String method, String url, String... headers) {
        ReadResult read = ConfigReader.read("a.yaml", FILE.getBytes(StandardCharsets.UTF_8), Environment.EMPTY);
        return Explainer.of((ReadResult.Ok) read).explain(new Asked(method, url, List.of(headers)));
    }

    @Test
    void saysWhichRouteTakesItAndWhyTheOthersDoNot() {
        Explanation found = explain("PUT", "http://payments/v1/7?x=1#part");
        assertThat(found.lines())
                .startsWith(
                        "PUT /v1/7?x=1 for host payments at listener out",
                        "  not route admin: header authorization (expected: a secret)",
                        "  not route debug: parameter debug (expected: to be there)",
                        "  route charge takes it");
        assertThat(found.steps().stream().map(Step::by))
                .containsExactly("observe", "timeout.request", "retry", "timeout.attempt", "rewrite", "upstream app");
        assertThat(String.join("\n", found.lines()))
                .contains("504 after 2s, all attempts included")
                .contains("up to 2 attempts; PUT is sent again after all that on lists {attempts: 2, ")
                .contains("each attempt has 800ms from")
                .contains("asks for /charges/7?x=1 of host payments.prod")
                .contains("{endpoints: [app.internal:80], ");
    }

    @Test
    void saysWhereEachRouteWouldHaveTakenIt() {
        assertThat(explain("GET", "/v2", "Host: payments", "Authorization: secret")
                        .passed())
                .containsAllEntriesOf(Map.of(
                        "admin", "header x (expected: 1)",
                        "charge", "method GET (expected: POST or PUT)",
                        "drawn", "path /v2 (expected: /drawn)"));
        assertThat(explain("PUT", "/v2").passed()).containsEntry("charge", "path /v2 (expected: /v1 or below)");
        assertThat(explain("PUT", "/v1", "host: other").passed())
                .containsEntry("charge", "host other (expected: payments)");
    }

    @Test
    void aMethodThatIsNotInTheListIsOnlySentAgainWhenItWasNotSent() {
        assertThat(explain("POST", "http://payments/v1").lines())
                .anyMatch(line -> line.contains("POST is sent again only after notSent and refused"));
    }

    @Test
    void aRequestWithAKeyHappensOnceAndIsSentAgainWithCare() {
        assertThat(explain("PUT", "http://payments/once", "Idempotency-Key: k").lines())
                .anyMatch(line -> line.contains(
                        "happens once for each idempotency-key; others wait for its answer, for up to 10s"))
                .anyMatch(line -> line.contains("PUT is sent again only after notSent and refused"));
        assertThat(explain("PUT", "http://payments/once").lines())
                .anyMatch(line -> line.contains("400 without idempotency-key"));
        assertThat(explain("GET", "http://payments/once", "Idempotency-Key: k").lines())
                .anyMatch(line -> line.contains("nothing without idempotency-key, or with another method than PUT"));
    }

    @Test
    void theClientsOwnLimitCountsWhereItIsSmaller() {
        assertThat(explain("PUT", "http://payments/v1", "x-request-timeout-ms: 250")
                        .lines())
                .anyMatch(line -> line.contains("504 after 250ms, as x-request-timeout-ms asks"));
        assertThat(explain("PUT", "http://payments/v1", "x-request-timeout-ms: 2500")
                        .lines())
                .anyMatch(line -> line.contains("504 after 2s, all"));
    }

    @Test
    void aSplitIsDrawnOnceForAllAttempts() {
        Explanation found = explain("GET", "http://localhost/drawn");
        assertThat(found.route()).isEqualTo("drawn");
        assertThat(found.steps().stream().map(Step::by))
                .containsExactly("observe", "timeout.request", "split", "upstream app", "upstream canary");
    }

    @Test
    void theListenerIsTheOneThatTheUrlNames() {
        assertThat(explain("GET", "http://127.0.0.1:15200/x").route()).isEqualTo("listener:rest");
        assertThat(explain("GET", "http://localhost:15200/x").listener()).isEqualTo("rest");
        Explanation first = explain("GET", "http://other/x");
        assertThat(first.listener()).isEqualTo("out");
        assertThat(first.route()).isEmpty();
        assertThat(first.lines())
                .endsWith("  no route takes it", "  1. listener: answers 404, no_route: no route takes it");
    }

    @Test
    void whatIsNoRequestIsRefusedAsOnTheWire() {
        assertThat(explain("GE T", "/x").lines()).last().asString().contains("answers 400, bad_request: ");
        assertThat(explain("GET", "/a b").lines()).last().asString().contains("answers 400, bad_request: malformed");
        assertThat(explain("GET", "/" + "x".repeat(9000)).lines())
                .last()
                .asString()
                .contains("answers 414");
        assertThat(explain("POST", "/", "Content-Length: 1", "Content-Length: 2")
                        .lines())
                .last()
                .asString()
                .contains("answers 400");
    }

    @Test
    void itsTreeSaysTheSame() {
        Map<String, Object> tree = explain("GET", "http://localhost/drawn").tree();
        assertThat(tree).containsEntry("route", "drawn").containsEntry("listener", "out");
        assertThat((List<?>) tree.get("passed"))
                .hasSize(3)
                .first()
                .isEqualTo(Map.of("route", "admin", "why", "header authorization (expected: a secret)"));
        assertThat((List<?>) tree.get("steps")).hasSize(5);
        assertThat(explain("GET", "http://other/x").tree()).doesNotContainKey("route");
    }
}
