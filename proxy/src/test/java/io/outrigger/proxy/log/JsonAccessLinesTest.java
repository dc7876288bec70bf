package io.outrigger.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Loop;
import io.outrigger.exchange.Target;
import io.outrigger.filter.observe.AccessLines;
import io.outrigger.metrics.SharedCounter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonAccessLinesTest {
    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final LineWriter writer = LineWriter.start(out, new SharedCounter());
    private final AccessLines lines =
            new JsonAccessLines("shop", 1, writer, InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.678Z")));
    private final Exchange exchange = new Exchange(new FirstLoop(), 1_000_000, Identity.of(1, 2, "req-1", TRACEPARENT));

    private JsonNode written() throws IOException {
        writer.close();
        return new ObjectMapper().readTree(out.toByteArray());
    }

    @Test
    void aLineTellsWhoWhatWhenAndHowItEnded() throws IOException {
        exchange.route("charge");
        exchange.upstream("payments");
        lines.write(exchange, "GET", Target.of("/v1/charges?card=4111"), 200, null, 13_500_000);

        assertThat(written().toString())
                .isEqualTo("{\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"level\":\"info\",\"service\":\"shop\","
                        + "\"message\":\"access\",\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\","
                        + "\"span_id\":\"00f067aa0ba902b7\",\"correlation_id\":\"req-1\",\"route\":\"charge\","
                        + "\"method\":\"GET\",\"path\":\"/v1/charges\",\"status\":200,\"duration_ms\":12.5,"
                        + "\"upstream\":\"payments\",\"attempts\":[]}");
    }

    @Test
    void idsThatTheClientDidNotGiveAreThoseThatWereMade() throws IOException {
        Identity made = Identity.of(0x0123456789abcdefL, 0xfedcba9876543210L, null, null);
        lines.write(new Exchange(new FirstLoop(), 0, made), "GET", Target.of("/"), 200, null, 0);

        JsonNode line = written();
        assertThat(line.get("trace_id").asText())
                .isEqualTo(made.traceId())
                .isEqualTo("0123456789abcdeffedcba9876543210");
        assertThat(line.get("span_id").asText()).isEqualTo(made.spanId());
        assertThat(line.get("correlation_id").asText()).isEqualTo(made.requestId());
    }

    @Test
    void attemptsAreListedInTheirOrder() throws IOException {
        Attempt first = new Attempt("10.0.0.1:80", 2_000_000);
        first.begin();
        first.end(Failure.of(Kind.RESET, "the connection ended"), 5_000_000);
        Attempt second = new Attempt("10.0.0.2:80", 6_000_000);
        second.begin();
        second.answered(503);
        exchange.begin(first);
        exchange.begin(second);
        lines.write(exchange, "GET", Target.of("/"), 503, null, 9_250_000);

        assertThat(written().get("attempts").toString())
                .isEqualTo(
                        "[{\"endpoint\":\"10.0.0.1:80\",\"outcome\":\"unknown\",\"cause\":\"reset\",\"duration_ms\":3.0},"
                                + "{\"endpoint\":\"10.0.0.2:80\",\"outcome\":\"answered\",\"status\":503,\"duration_ms\":3.25}]");
    }

    @Test
    void aFailureShowsItsCauseAndItsDetail() throws IOException {
        lines.write(
                exchange,
                "GET",
                Target.of("/"),
                502,
                Failure.of(Kind.CONNECT_REFUSED, "10.0.0.1:80 refused \"it\""),
                2_000_000);

        JsonNode line = written();
        assertThat(line.get("cause").asText()).isEqualTo("connect_refused");
        assertThat(line.get("error").asText()).isEqualTo("10.0.0.1:80 refused \"it\"");
    }

    @Test
    void whatCouldNotBeUnderstoodHasNoMethodAndNoPath() throws IOException {
        lines.write(exchange, "", null, 400, Failure.of(Kind.BAD_REQUEST, "bare LF"), 2_000_000);

        JsonNode line = written();
        assertThat(line.has("method")).isFalse();
        assertThat(line.has("path")).isFalse();
        assertThat(line.get("route").asText()).isEqualTo("(none)");
        assertThat(line.has("upstream")).isFalse();
    }

    @Test
    void queriesAreNotWritten() throws IOException {
        lines.write(exchange, "GET", Target.of("/a?token=s3cret"), 200, null, 2_000_000);
        writer.close();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .doesNotContain("s3cret")
                .doesNotContain("token");
    }

    @Test
    void noInputBreaksTheLine() throws IOException {
        Target odd = new Target(new byte[] {'/', 0, 10, -1, -128, '"', '\\'}, 0, 7);
        exchange.route("r\u0001\ud800");
        lines.write(
                exchange,
                "M\"\\\n".repeat(200),
                odd,
                200,
                Failure.of(Kind.RESET, "\u2028\ud800\n".repeat(1000)),
                2_000_000);
        writer.close();

        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text.indexOf('\n')).isEqualTo(text.length() - 1);
        assertThat(written().get("path").asText()).isEqualTo("/\0\n%FF%80\"\\");
    }

    /** Only says which loop it is. */
    private static final class FirstLoop implements Loop {
        @Override
        public int index() {
            return 0;
        }

        @Override
        public long nanoTime() {
            throw new UnsupportedOperationException("the time is given");
        }

        @Override
        public Timer after(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException("no timers here");
        }

        @Override
        public void execute(@Nullable Runnable task) {
            throw new UnsupportedOperationException("no tasks here");
        }

        @Override
        public boolean inLoop() {
            return true;
        }
    }
}
