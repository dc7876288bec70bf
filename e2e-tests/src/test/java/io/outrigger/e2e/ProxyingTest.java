package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Messages pass as HTTP/1.1 says, whatever their framing. */
class ProxyingTest {
    private static ScriptedUpstream upstream;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = new ScriptedUpstream(ProxyingTest::serve);
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                drain: {quiet: 1ms}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                """.formatted(upstream.port()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    /** Answers by the path of each request; what is not special is told what it sent. */
    private static void serve(Wire wire) throws IOException {
        for (Message head = wire.nextHead(); head != null; head = wire.nextHead()) {
            switch (head.target()) {
                case "/page" -> wire.head("HTTP/1.1 200 OK", "content-length: 12345", "etag: \"x\"");
                case "/unchanged" -> wire.head("HTTP/1.1 304 Not Modified", "content-length: 12345");
                case "/nothing" -> wire.head("HTTP/1.1 204 No Content");
                case "/chunks" -> {
                    wire.head("HTTP/1.1 200 OK", "transfer-encoding: chunked", "trailer: x-sum");
                    wire.chunk("one,").chunk("two,").chunk("three").send("0\r\nx-sum: 3\r\n\r\n");
                }
                case "/until-the-end" -> {
                    wire.head("HTTP/1.1 200 OK", "connection: close").send("all of it");
                    return;
                }
                case "/full" -> {
                    wire.head("HTTP/1.1 413 Content Too Large", "content-length: 0", "connection: close");
                    return;
                }
                case "/expect" -> {
                    wire.head("HTTP/1.1 100 Continue");
                    wire.send(told(wire.requestOf(head)));
                }
                case "/hints" -> {
                    wire.head("HTTP/1.1 103 Early Hints", "link: </style.css>");
                    wire.send(ScriptedUpstream.ok("hinted"));
                }
                default -> wire.send(told(wire.requestOf(head)));
            }
        }
    }

    private static String told(Message request) {
        return ScriptedUpstream.ok(String.join(
                "\n", request.first(), String.join("\n", request.fields()), request.text(), "" + request.trailers()));
    }

    @Test
    void whatIsAskedArrivesAndSoDoesTheAnswer() throws Exception {
        var answer = program.ask("GET /a%20b?c=d HTTP/1.1", "Host: shop:81", "X-Own: 1", "x-own: 2");
        assertThat(answer.first()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(answer.text())
                .startsWith("GET /a%20b?c=d HTTP/1.1\n")
                .contains("Host: shop:81\n", "X-Own: 1\nx-own: 2\n");
        assertThat(answer.all("via")).containsExactly("1.1 outrigger");
        assertThat(answer.field("date")).isNotNull();
    }

    @Test
    void hopByHopFieldsStayBehindAndOursAreAdded() throws Exception {
        var sent = program.ask(
                        "GET / HTTP/1.1",
                        "host: a",
                        "connection: x-mine",
                        "x-mine: 1",
                        "keep-alive: timeout=5",
                        "te: gzip",
                        "proxy-authorization: Basic eA==",
                        "x-request-id: mine-1")
                .text()
                .toLowerCase(Locale.ROOT);
        assertThat(sent)
                .contains("via: 1.1 outrigger\n", "x-request-id: mine-1\n", "traceparent: 00-")
                .doesNotContain("x-mine", "keep-alive", "te: ", "proxy-authorization");
    }

    @Test
    void aRequestIdIsMadeWhereNoneOrABadOneCame() throws Exception {
        var answer = program.ask("GET / HTTP/1.1", "host: a", "x-request-id: not a good one");
        assertThat(answer.field("x-request-id")).matches("[0-9a-f]{32}");
        assertThat(answer.text().toLowerCase(Locale.ROOT)).contains("x-request-id: " + answer.field("x-request-id"));
    }

    @Test
    void aBodyOfKnownLengthArrives() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("POST /orders HTTP/1.1", "host: a", "content-length: 5").send("hello");
            assertThat(wire.response().text()).startsWith("POST /orders").endsWith("\nhello\n[]");
        }
    }

    @Test
    void aChunkedBodyArrivesWithItsTrailers() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("PUT /orders HTTP/1.1", "host: a", "transfer-encoding: chunked", "trailer: x-sum");
            wire.chunk("hel").chunk("lo").send("0\r\nx-sum: 2\r\n\r\n");
            assertThat(wire.response().text()).endsWith("\nhello\n[x-sum: 2]");
        }
    }

    @Test
    void aChunkedAnswerArrivesWithItsTrailers() throws Exception {
        var answer = program.ask("GET /chunks HTTP/1.1", "host: a", "te: trailers");
        assertThat(answer.isChunked()).isTrue();
        assertThat(answer.text()).isEqualTo("one,two,three");
        assertThat(answer.trailers()).containsExactly("x-sum: 3");
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsComplete() throws Exception {
        assertThat(program.ask("GET /until-the-end HTTP/1.1", "host: a").text()).isEqualTo("all of it");
    }

    @Test
    void answersWithoutABodyKeepTheConnection() throws Exception {
        try (var wire = Wire.to(program.port())) {
            var head = wire.head("HEAD /page HTTP/1.1", "host: a").responseHead();
            assertThat(head.field("content-length")).isEqualTo("12345");
            assertThat(wire.head("GET /unchanged HTTP/1.1", "host: a")
                            .response()
                            .status())
                    .isEqualTo(304);
            assertThat(wire.head("GET /nothing HTTP/1.1", "host: a").response().status())
                    .isEqualTo(204);
            assertThat(wire.head("GET /last HTTP/1.1", "host: a").response().text())
                    .startsWith("GET /last ");
        }
    }

    @Test
    void aConnectionServesManyRequestsOverFewUpstreamConnections() throws Exception {
        int before = upstream.connections();
        try (var wire = Wire.to(program.port())) {
            for (int i = 0; i < 100; i++) {
                assertThat(wire.head("GET /" + i + " HTTP/1.1", "host: a")
                                .response()
                                .text())
                        .startsWith("GET /" + i + " ");
            }
        }
        assertThat(upstream.connections() - before).isLessThanOrEqualTo(1);
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.send("GET /1 HTTP/1.1\r\nhost: a\r\n\r\n"
                    + "POST /2 HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc"
                    + "GET /chunks HTTP/1.1\r\nhost: a\r\n\r\n"
                    + "GET /4 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
            assertThat(wire.response().text()).startsWith("GET /1 ");
            assertThat(wire.response().text()).startsWith("POST /2 ").endsWith("\nabc\n[]");
            assertThat(wire.response().text()).isEqualTo("one,two,three");
            assertThat(wire.response().text()).startsWith("GET /4 ");
            assertThat(wire.endsWithoutAnotherByte()).isTrue();
        }
    }

    @Test
    void anOldClientGetsAnAnswerThatItUnderstands() throws Exception {
        try (var wire = Wire.to(program.port())) {
            var answer = wire.head("GET /chunks HTTP/1.0", "host: a").response();
            assertThat(answer.isChunked()).isFalse();
            assertThat(answer.text()).isEqualTo("one,two,three");
            assertThat(wire.endsWithoutAnotherByte()).isTrue();
        }
    }

    @Test
    void expectIsAnsweredByTheUpstream() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("POST /expect HTTP/1.1", "host: a", "content-length: 5", "expect: 100-continue");
            assertThat(wire.responseHead().status()).isEqualTo(100);
            assertThat(wire.send("hello").response().text()).endsWith("\nhello\n[]");
        }
    }

    @Test
    void interimAnswersArePassedOn() throws Exception {
        try (var wire = Wire.to(program.port())) {
            var hints = wire.head("GET /hints HTTP/1.1", "host: a").responseHead();
            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.field("link")).isEqualTo("</style.css>");
            assertThat(wire.response().text()).isEqualTo("hinted");
        }
    }

    @Test
    void anAnswerMayComeBeforeTheBodyIsComplete() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("POST /full HTTP/1.1", "host: a", "content-length: 1000000")
                    .send("the beginning");
            assertThat(wire.response().status()).isEqualTo(413);
        }
    }

    @Test
    void whatEndsAtAProxyEndsHere() throws Exception {
        var answer = program.ask("OPTIONS /shop HTTP/1.1", "host: a", "max-forwards: 0");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).as("what the upstream would tell").isEmpty();
    }
}
