package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of W3C Trace Context §3.2.2 and of its own test suite. */
class TraceParentTest {
    private static final String GOOD = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static RequestHead with(String... lines) {
        return Heads.request(Heads.get(lines));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                GOOD,
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff",
                "00-00000000000000000000000000000001-0000000000000001-00",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-"
            })
    void aGoodOneIsKeptWithItsState(String value) {
        RequestHead head = with("traceparent: " + value, "tracestate: a=1", "tracestate: b=2");

        assertThat(Heads.trace(head)).isEqualTo(value.substring(3, 52));
        assertThat(Heads.sentOn(head.headers()))
                .containsExactly("Host=a", "traceparent=" + value, "tracestate=a=1", "tracestate=b=2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0A",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473x-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b.-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-.1",
                "0.-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.x",
                "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01"
            })
    void aBadOneIsDroppedWithItsState(String value) {
        RequestHead head = with("traceparent: " + value, "tracestate: a=1");

        assertThat(Heads.trace(head)).isNull();
        assertThat(Heads.sentOn(head.headers())).containsExactly("Host=a");
    }

    @Test
    void twoAreAsGoodAsNone() {
        assertThat(Heads.trace(with("traceparent: " + GOOD, "traceparent: " + GOOD)))
                .isNull();
        assertThat(Heads.sentOn(
                        with("traceparent: x", "traceparent: " + GOOD, "tracestate: a=1", "traceparent: " + GOOD)
                                .headers()))
                .containsExactly("Host=a");
    }

    @Test
    void stateWithoutAParentIsDropped() {
        assertThat(Heads.sentOn(with("tracestate: a=1").headers())).containsExactly("Host=a");
    }

    @Test
    void aResponsePassesWhateverItIs() {
        assertThat(Heads.sentOn(Heads.response("HTTP/1.1 200 OK\r\ntraceparent: x\r\ntracestate: y\r\n\r\n")
                        .headers()))
                .containsExactly("traceparent=x", "tracestate=y");
    }
}
