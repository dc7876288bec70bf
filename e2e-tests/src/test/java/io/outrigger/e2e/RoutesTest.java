package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first route that takes a request gets it; each has an upstream of its own here, which tells its name. */
class RoutesTest {
    private static ScriptedUpstream a;
    private static ScriptedUpstream b;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        a = ScriptedUpstream.echo("a");
        b = ScriptedUpstream.echo("b");
        program = Program.run("""
                listeners:
                  - {name: outbound, address: "127.0.0.1:0"}
                  - {name: other, address: "127.0.0.1:0", upstream: b}
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams:
                  a: {endpoints: ["127.0.0.1:%d"]}
                  b: {endpoints: ["127.0.0.1:%d"]}
                routes:
                  - {name: exact, match: {path: {exact: /exact}}, upstream: a}
                  - {name: post, match: {path: {prefix: /v1/charges}, methods: [POST]}, upstream: a}
                  - {name: charges, match: {path: {prefix: /v1/charges}}, upstream: a}
                  - {name: order, match: {path: {template: "/orders/{id}"}}, upstream: a}
                  - {name: pictures, match: {path: {regex: "/.*[.](png|jpg)"}}, upstream: a}
                  - {name: acme, match: {headers: {x-tenant: acme, x-debug: {present: false}}}, upstream: a}
                  - {name: beta, match: {headers: {x-tenant: {regex: "beta-[0-9]+"}}}, upstream: a}
                  - {name: dry, match: {query: {dry: "1"}}, upstream: a}
                  - {name: host, match: {hosts: [payments]}, upstream: a}
                  - {name: wild, match: {hosts: ["*.payments.internal"]}, upstream: a}
                  - {name: moved, match: {path: {prefix: /old}}, upstream: a, rewrite: {prefix: /new, host: "inner:81"}}
                  - {name: split, match: {path: {exact: /split}}, split: [{upstream: a, weight: 80}, {upstream: b, weight: 20}]}
                  - {name: never, match: {path: {exact: /exact}}, upstream: b}
                """.formatted(a.port(), b.port()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        a.close();
        b.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            exact    | GET /exact
            exact    | GET /exact?dry=1
            (none)   | GET /exact/
            post     | POST /v1/charges
            post     | POST /v1/charges/7
            charges  | GET /v1/charges/7?a=b
            charges  | GET /v1/orders/../charges
            (none)   | GET /v1/chargesX
            order    | GET /orders/7
            (none)   | GET /orders/7/items
            (none)   | GET /orders/
            pictures | GET /deep/down/cat.png
            (none)   | GET /cat.png.txt
            acme     | GET / ; x-tenant: acme
            (none)   | GET / ; x-tenant: ACME
            (none)   | GET / ; x-tenant: acme ; x-debug: 1
            beta     | GET / ; x-tenant: beta-42
            (none)   | GET / ; x-tenant: beta-x
            dry      | GET /?a=b&dry=1
            dry      | GET /?dr%79=%31
            (none)   | GET /?dry=2
            host     | GET / ; Host: PAYMENTS:8080
            wild     | GET / ; Host: a.b.payments.internal
            (none)   | GET / ; Host: payments.internal
            (none)   | GET / ; Host: notpayments
            """)
    void theFirstRouteThatMatchesTakesIt(String route, String request) throws Exception {
        String id = "match-" + Integer.toHexString(request.hashCode());
        String[] parts = request.split(" ; ");
        List<String> lines = new ArrayList<>(List.of(parts));
        lines.set(0, parts[0] + " HTTP/1.1");
        lines.add("x-request-id: " + id);
        if (!request.contains("Host:")) {
            lines.add("Host: elsewhere");
        }
        var answer = program.ask(lines.toArray(String[]::new));
        assertThat(answer.status()).isEqualTo(route.equals("(none)") ? 404 : 200);
        assertThat(program.awaitAccess(id).path("route").asText()).isEqualTo(route);
    }

    @Test
    void whatNoRouteTakesGoesToTheListenersOwnUpstream() throws Exception {
        int other = program.port("other");
        assertThat(Program.ask(other, "GET /nowhere HTTP/1.1", "host: a", "x-request-id: own")
                        .text())
                .startsWith("b\nGET /nowhere ");
        assertThat(program.awaitAccess("own").path("route").asText()).isEqualTo("listener:other");
        assertThat(Program.ask(other, "GET /exact HTTP/1.1", "host: a").text()).startsWith("a\nGET /exact ");
    }

    @Test
    void aRewriteChangesWhatTheUpstreamSees() throws Exception {
        var seen = program.ask("GET /old/7?a=1 HTTP/1.1", "host: a", "x-request-id: moved")
                .text();
        assertThat(seen).startsWith("a\nGET /new/7?a=1 HTTP/1.1\n").containsIgnoringCase("\nhost: inner:81\n");
        assertThat(program.awaitAccess("moved").path("path").asText()).isEqualTo("/old/7");
    }

    @Test
    void aSplitSharesByWeight() throws Exception {
        int toB = 0;
        try (var wire = Wire.to(program.port())) {
            for (int i = 0; i < 1000; i++) {
                toB += wire.head("GET /split HTTP/1.1", "host: a")
                                .response()
                                .text()
                                .startsWith("b\n")
                        ? 1
                        : 0;
            }
        }
        assertThat(toB).isBetween(120, 280); // 200 expected; more than six standard deviations either way
    }

    @Test
    void aRouteThatEarlierOnesShadowIsShownAllTheSame() throws IOException, InterruptedException {
        var routes = Program.json(program.admin("/routes").text());
        assertThat(routes.toString()).contains("\"exact\"", "\"never\"", "\"listener:other\"");
    }
}
