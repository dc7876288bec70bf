package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.outrigger.config.Address;
import io.outrigger.config.Balance;
import io.outrigger.config.DnsConfig;
import io.outrigger.config.EndpointConfig;
import io.outrigger.config.PoolConfig;
import io.outrigger.config.Share;
import io.outrigger.config.TimeoutConfig;
import io.outrigger.config.UpstreamConfig;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Service;
import io.outrigger.filter.timeout.AttemptTimeoutFilter;
import io.outrigger.filter.timeout.DeadlineFilter;
import io.outrigger.metrics.DnsMeters;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.balance.Discovery;
import io.outrigger.proxy.balance.EndpointSet;
import io.outrigger.proxy.balance.Resolver;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.NoNames;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import io.outrigger.proxy.fixtures.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rows of the table of failures that are not told of elsewhere, each provoked over sockets: what its client reads.
 * Pools, stale connections, bodies and limits of clients have tests of their own.
 */
@ParameterizedClass
@EnumSource(Transport.class)
class FailureRowsTest {
    private static final Duration SHORT = Duration.ofMillis(40);

    private final Rig rig;

    FailureRowsTest(Transport transport) {
        rig = new Rig(transport);
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @Test
    void noRoute() throws IOException {
        rig.filters(_ -> failing(Failure.of(Kind.NO_ROUTE, "no route of listener rig takes GET \"a\"\\")));
        assertTells(get(), Kind.NO_ROUTE, 404, "destination_not_found", "no route of listener rig takes GET \"a\"\\");
    }

    @Test
    void noEndpoint() throws IOException {
        withEndpoint("127.0.0.1");
        assertTells(get(), Kind.NO_ENDPOINT, 503, "destination_unavailable", "upstream rig has no endpoint");
    }

    @Test
    void dnsFailed() throws IOException {
        withEndpoint("nowhere.test");
        assertTells(get(), Kind.DNS_FAILED, 502, "dns_error", "upstream rig: nowhere.test does not resolve");
    }

    @Test
    void connectRefused() throws IOException {
        Server server = rig.server();
        server.close();
        assertTells(
                get(),
                Kind.CONNECT_REFUSED,
                502,
                "connection_refused",
                server.endpoint().name() + ": connection refused");
    }

    @Test
    void connectTimeout() throws IOException {
        rig.connectTimeout(SHORT);
        List<Socket> queue = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String name = rig.endpoint(full.getLocalPort()).name();
            for (int i = 0; i < 2; i++) { // nobody accepts: what comes after these is not even refused
                queue.add(new Socket(full.getInetAddress(), full.getLocalPort()));
            }
            assertTells(
                    get(),
                    Kind.CONNECT_TIMEOUT,
                    504,
                    "connection_timeout",
                    name + " did not accept a connection within 40 ms");
        }
        for (Socket socket : queue) {
            socket.close();
        }
    }

    @Test
    void badResponse() throws IOException {
        Server server = rig.server();
        Peer client = get();
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 20 OK\r\n\r\n");
        assertTells(
                client,
                Kind.BAD_RESPONSE,
                502,
                "http_protocol_error",
                server.endpoint().name() + ": malformed status line");
        assertThat(upstream.ends() || upstream.breaks()).isTrue();
    }

    @Test
    void attemptTimeout() throws IOException {
        rig.filters(next -> filtered(new AttemptTimeoutFilter(SHORT), next));
        Server server = rig.server();
        Peer client = get();
        Peer upstream = server.accept();
        assertTells(client, Kind.ATTEMPT_TIMEOUT, 504, "http_response_timeout", "no response head within 40 ms");
        upstream.request();
        assertThat(upstream.ends()).isTrue();
    }

    @Test
    void deadline() throws IOException {
        TimeoutConfig config = new TimeoutConfig(SHORT, Optional.empty(), Duration.ofSeconds(1));
        rig.filters(next -> filtered(new DeadlineFilter(config), next));
        Server server = rig.server();
        Peer client = get();
        Peer upstream = server.accept();
        assertThat(upstream.request().field("x-request-timeout-ms")).matches("\\d+");
        assertTells(client, Kind.DEADLINE, 504, "http_response_timeout", "the response was not complete within 40 ms");
        assertThat(upstream.ends()).isTrue();
    }

    @Test
    void internal() throws IOException {
        Server server = rig.server();
        rig.filters(next -> (exchange, request) -> next.send(exchange, request).then(_ -> {
            throw new IllegalStateException("with a secret");
        }));
        Peer client = get();
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        assertTells(client, Kind.INTERNAL, 500, "proxy_internal_error", "unexpected IllegalStateException");
    }

    @Test
    void afterSeveralAttemptsTheirNumberIsTold() throws IOException {
        Server server = rig.server();
        server.close();
        rig.filters(next -> (exchange, request) ->
                next.send(exchange, request).then(_ -> next.send(exchange, request.again(2, request.body(), false))));
        Message response = get().response();
        assertThat(new ObjectMapper().readTree(response.body()).get("attempts").intValue())
                .isEqualTo(2);
    }

    @Test
    void retryAfterIsTold() {
        rig.filters(_ -> failing(Failure.of(Kind.POOL_FULL, "full").retryAfter(7)));
        assertThat(get().response().field("retry-after")).isEqualTo("7");
    }

    @Test
    void aFailureOfHeadHasNoContentSaysHowLongItWouldBeAndKeepsTheConnection() {
        rig.filters(_ -> failing(Failure.of(Kind.NO_ROUTE, "none")));
        Message whole = get().response();
        Peer client = rig.client();
        for (int i = 0; i < 2; i++) {
            Message response = client.send("HEAD / HTTP/1.1\r\nhost: a\r\nx-request-id: its.id\r\n\r\n")
                    .head();
            assertThat(response.status()).isEqualTo(404);
            assertThat(response.field("content-length"))
                    .isEqualTo(whole.field("content-length"))
                    .isEqualTo("" + whole.body().length());
            assertThat(response.field("content-type")).isEqualTo("application/problem+json");
        }
    }

    private Peer get() {
        return rig.client().send("GET / HTTP/1.1\r\nhost: a\r\nx-request-id: its.id\r\n\r\n");
    }

    private void assertTells(Peer client, Kind kind, int status, String error, String detail) throws IOException {
        Message response = client.response();
        assertThat(response.status()).isEqualTo(status).isEqualTo(kind.status());
        assertThat(response.field("proxy-status"))
                .isEqualTo("outrigger; error=" + error + "; details=\""
                        + detail.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        assertThat(response.field("content-type")).isEqualTo("application/problem+json");
        assertThat(response.field("x-request-id")).isEqualTo("its.id");
        assertThat(response.field("via")).isEqualTo("1.1 outrigger");
        assertThat(response.has("date")).isTrue();
        assertThat(response.closes()).as("what was asked is whole").isFalse();
        JsonNode problem = new ObjectMapper().readTree(response.body());
        assertThat(problem.get("type").textValue())
                .isEqualTo("urn:outrigger:problem:" + kind.cause().replace('_', '-'));
        assertThat(problem.get("title").textValue()).isEqualTo(kind.title());
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.get("detail").textValue()).isEqualTo(detail);
        assertThat(problem.get("route").textValue()).isEqualTo("route");
        assertThat(problem.get("requestId").textValue()).isEqualTo("its.id");
        assertThat(problem.has("attempts")).isFalse();
        assertThat(rig.ended().kind()).isEqualTo(kind);
    }

    private static Service failing(Failure why) {
        return (_, request) -> {
            request.body().discard(why);
            return Reply.failed(why);
        };
    }

    private static Service filtered(Filter filter, Service next) {
        return (exchange, request) -> filter.apply(exchange, request, next);
    }

    private void withEndpoint(String host) {
        UpstreamConfig config = new UpstreamConfig(
                "rig",
                List.of(new EndpointConfig(new Address.Tcp(host, 80), 1, Optional.empty())),
                UpstreamConfig.Protocol.HTTP1,
                Balance.Plain.ROUND_ROBIN,
                Duration.ofSeconds(1),
                PoolConfig.defaults(),
                DnsConfig.defaults(),
                Optional.empty(),
                Optional.empty(),
                new Share(50),
                Optional.empty(),
                List.of(),
                Optional.empty());
        try (Resolver resolver = new Resolver(NoNames::new);
                Discovery discovery = Discovery.of(
                        config, new EndpointSet(), resolver, new DnsMeters(new Metrics(1)), System::nanoTime)) {
            discovery.awaitAnswers(Duration.ofSeconds(20));
            rig.discovery(discovery);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
