package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each failure is told with its status, its cause and the id of the request, in the same form. */
class FailuresTest {
    private static final List<Socket> crowd = new ArrayList<>();
    private static ServerSocket full; // whose queue of connections is full, so that more are not answered
    private static ServerSocket nobody; // closed: its port refuses
    private static ScriptedUpstream upstream;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        nobody.close();
        full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        fill();
        upstream = new ScriptedUpstream(FailuresTest::serve);
        program = Program.run("""
                listeners:
                  - name: outbound
                    address: 127.0.0.1:0
                    limits: {headerBytes: 1KiB, uriBytes: 256B, headTimeout: 500ms, bodyIdleTimeout: 500ms}
                  - {name: small, address: "127.0.0.1:0", limits: {connections: 1}, upstream: app}
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: errors}
                upstreams:
                  app: {endpoints: ["127.0.0.1:%d"]}
                  one: {endpoints: ["127.0.0.1:%1$d"], pool: {maxConnections: 1, maxPending: 0}}
                  refusing: {endpoints: ["127.0.0.1:%d"]}
                  full: {endpoints: ["127.0.0.1:%d"], connectTimeout: 300ms}
                  unknown: {endpoints: ["nowhere.invalid:80"]}
                defaults: {retry: off}
                routes:
                  - {name: app, match: {hosts: [app]}, upstream: app, timeout: {request: 20s, attempt: 10s}}
                  - {name: one, match: {hosts: [one]}, upstream: one}
                  - {name: refusing, match: {hosts: [refusing]}, upstream: refusing}
                  - {name: full, match: {hosts: [full]}, upstream: full}
                  - {name: unknown, match: {hosts: [unknown]}, upstream: unknown}
                  - {name: hasty, match: {hosts: [hasty]}, upstream: app, timeout: {request: 300ms}}
                  - {name: hasty-attempt, match: {hosts: [hasty-attempt]}, upstream: app, timeout: {attempt: 300ms}}
                """.formatted(upstream.port(), nobody.getLocalPort(), full.getLocalPort()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
        full.close();
        for (Socket socket : crowd) {
            socket.close();
        }
    }

    private static void fill() throws IOException {
        while (true) {
            Socket socket = new Socket();
            crowd.add(socket);
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort()), 200);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
    }

    private static void serve(Wire wire) throws IOException {
        for (Message request = wire.nextHead(); request != null; request = wire.nextHead()) {
            switch (request.target()) {
                case "/reset" -> wire.reset();
                case "/garbage" -> wire.send("SSH-2.0-OpenSSH\r\n\r\n");
                case "/twice" ->
                    wire.head("HTTP/1.1 200 OK", "content-length: 1", "content-length: 2")
                            .send("xx");
                case "/silent" -> wire.nextHead();
                case "/cut" -> {
                    wire.head("HTTP/1.1 200 OK", "content-length: 10").send("12345");
                    return;
                }
                case "/cut-chunks" -> {
                    wire.head("HTTP/1.1 200 OK", "transfer-encoding: chunked").chunk("12345");
                    return;
                }
                default -> wire.send(ScriptedUpstream.ok("fine"));
            }
        }
    }

    /** What every answer of the proxy's own looks like, and what is counted and logged of it. */
    private static JsonNode assertTold(Message answer, int status, String error, String cause, String route)
            throws Exception {
        assertThat(answer.text()).contains("urn:outrigger:problem:" + cause.replace('_', '-'));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.field("proxy-status")).matches("outrigger; error=" + error + "; details=\"[^\"]+.*\"");
        var problem = Program.json(answer.text());
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("title").asText()).isNotEmpty();
        assertThat(problem.path("detail").asText()).isNotEmpty();
        assertThat(problem.path("requestId").asText()).isEqualTo(answer.field("x-request-id"));
        var line = program.awaitAccess(answer.field("x-request-id"));
        assertThat(line.path("cause").asText()).isEqualTo(cause);
        assertThat(line.path("status").asInt()).isEqualTo(status);
        assertThat(line.path("route").asText()).isEqualTo(route);
        assertThat(program.series("outrigger_failures_total", "cause=\"" + cause + "\"", "route=\"" + route + "\""))
                .isGreaterThanOrEqualTo(1);
        return line;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            no_route        | 404 | destination_not_found | GET / HTTP/1.1 ; host: nobody
            bad_request     | 400 | http_request_error    | GET / HTTP/1.1
            bad_request     | 400 | http_request_error    | GET / HTTP/1.1 ; host: a ; host: b
            bad_request     | 400 | http_request_error    | GET / HTTP/1.1 ; host : a
            bad_request     | 400 | http_request_error    | GET / HTTP/1.1 ; host: app ; content-length: 1, 2
            bad_request     | 400 | http_request_error    | POST / HTTP/1.1 ; host: app ; content-length: 5 ; transfer-encoding: chunked
            bad_version     | 505 | http_request_error    | GET / HTTP/2.0 ; host: a
            not_implemented | 501 | http_request_error    | POST / HTTP/1.1 ; host: app ; transfer-encoding: gzip, chunked
            loop_detected   | 502 | proxy_loop_detected   | GET / HTTP/1.1 ; host: app ; via: 1.1 outrigger, 1.1 outrigger, 1.1 outrigger ; via: 1.1 outrigger, 1.1 outrigger
            """)
    void whatIsWrongWithARequestIsTold(String cause, int status, String error, String request) throws Exception {
        try (var wire = Wire.to(program.port())) {
            var answer = wire.head(request.split(" ; ")).response();
            assertTold(answer, status, error, cause, "(none)");
        }
    }

    @Test
    void headsHaveALimitedSize() throws Exception {
        var longTarget = program.ask("GET /" + "x".repeat(300) + " HTTP/1.1", "host: app");
        assertTold(longTarget, 414, "http_request_error", "uri_too_long", "(none)");
        var longField = program.ask("GET / HTTP/1.1", "host: app", "cookie: " + "x".repeat(2000));
        assertTold(longField, 431, "http_request_error", "head_too_large", "(none)");
    }

    @Test
    void aHeadThatStopsIsNotWaitedFor() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.send("GET / HTTP/1.1\r\nho");
            assertTold(wire.response(), 408, "http_request_error", "head_timeout", "(none)");
        }
    }

    @Test
    void aBodyWhoseChunksDoNotAddUpIsRefused() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("POST /silent HTTP/1.1", "host: app", "transfer-encoding: chunked")
                    .send("5\r\n12345\r\nzz\r\n");
            assertTold(wire.response(), 400, "http_request_error", "bad_body", "app");
            assertThat(wire.endsWithoutAnotherByte()).isTrue();
        }
    }

    @Test
    void aBodyThatStopsIsNotWaitedFor() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("POST /silent HTTP/1.1", "host: app", "content-length: 10")
                    .send("12345");
            assertTold(wire.response(), 408, "http_request_error", "body_timeout", "app");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            refusing      | /        | connect_refused | 502 | connection_refused    | not_sent
            full          | /        | connect_timeout | 504 | connection_timeout    | not_sent
            app           | /reset   | reset           | 502 | connection_terminated | unknown
            app           | /garbage | bad_response    | 502 | http_protocol_error   | unknown
            app           | /twice   | bad_response    | 502 | http_protocol_error   | unknown
            hasty         | /silent  | deadline        | 504 | http_response_timeout | unknown
            hasty-attempt | /silent  | attempt_timeout | 504 | http_response_timeout | unknown
            """)
    void whatTheUpstreamDidIsTold(String route, String path, String cause, int status, String error, String outcome)
            throws Exception {
        var answer = program.ask("GET " + path + " HTTP/1.1", "host: " + route);
        var line = assertTold(answer, status, error, cause, route);
        assertThat(line.path("attempts")).hasSize(1);
        assertThat(line.path("attempts").get(0).path("outcome").asText()).isEqualTo(outcome);
        assertThat(Program.json(answer.text()).path("route").asText()).isEqualTo(route);
    }

    @Test
    void aConnectionThatHadEndedIsTold() throws Exception {
        try (var wire = Wire.to(program.port())) {
            assertThat(wire.head("GET / HTTP/1.1", "host: app").response().status())
                    .isEqualTo(200);
            var answer = wire.head("GET /reset HTTP/1.1", "host: app").response();
            assertTold(answer, 502, "connection_terminated", "stale_connection", "app");
        }
    }

    @Test
    void aNameThatCannotBeResolvedIsTold() throws Exception {
        Message answer = program.ask("GET / HTTP/1.1", "host: unknown");
        while (answer.text().contains("problem:no-endpoint")) { // not looked up yet
            answer = program.ask("GET / HTTP/1.1", "host: unknown");
        }
        assertTold(answer, 502, "dns_error", "dns_failed", "unknown");
    }

    @Test
    void aFullPoolIsTold() throws Exception {
        try (var first = Wire.to(program.port())) {
            first.head("GET /silent HTTP/1.1", "host: one");
            program.awaitMetricAtLeast(1, "http_requests_in_flight", "route=\"one\"");
            var answer = program.ask("GET / HTTP/1.1", "host: one");
            assertTold(answer, 503, "connection_limit_reached", "pool_full", "one");
        }
    }

    @Test
    void aListenerThatIsFullSaysSoAndCloses() throws Exception {
        int port = program.port("small");
        try (var first = Wire.to(port)) {
            assertThat(first.head("GET / HTTP/1.1", "host: a").response().status())
                    .isEqualTo(200);
            try (var second = Wire.to(port)) {
                assertTold(second.response(), 503, "connection_limit_reached", "connections_full", "(none)");
                assertThat(second.endsWithoutAnotherByte()).isTrue();
            }
        }
    }

    @Test
    void aResponseThatWasCutNeverLooksComplete() throws Exception {
        for (String path : List.of("/cut", "/cut-chunks")) {
            try (var wire = Wire.to(program.port())) {
                wire.head("GET " + path + " HTTP/1.1", "host: app", "x-request-id: " + path.substring(1));
                String all = wire.rest();
                assertThat(all).startsWith("HTTP/1.1 200 OK").contains("12345").doesNotContain("\r\n0\r\n");
            }
            var line = program.awaitAccess(path.substring(1));
            assertThat(line.path("cause").asText()).isEqualTo("response_cut");
            assertThat(line.path("status").asInt()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatLeftIsLogged() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("GET /silent HTTP/1.1", "host: app", "x-request-id: left");
            program.awaitMetricAtLeast(1, "http_requests_in_flight", "route=\"app\"");
        }
        var line = program.awaitAccess("left");
        assertThat(line.path("status").asInt()).isEqualTo(499);
        assertThat(line.path("cause").asText()).isEqualTo("client_gone");
    }
}
