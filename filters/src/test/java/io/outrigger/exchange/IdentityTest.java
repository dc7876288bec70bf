package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an exchange is called, by its client or by chance. */
class IdentityTest {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void whatTheClientNamedIsKept() {
        Identity identity = Identity.of(1, 2, "order-42", TRACE);
        assertThat(identity.hasOwnRequestId()).isTrue();
        assertThat(identity.hasOwnTrace()).isTrue();
        assertThat(identity.requestId()).isEqualTo("order-42");
        assertThat(identity.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(identity.spanId()).isEqualTo("00f067aa0ba902b7");
    }

    @Test
    void theNamesOfASampledExchangeDoNotNeedTheHead() {
        byte[] head = ("id: order-42\r\ntraceparent: " + TRACE.replace("00-4", "01-4") + "-later\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        Identity sampled = new Identity(1, 2, head, 4, 12, 27, 27 + TRACE.length() + 6).sampled(true);
        Arrays.fill(head, (byte) 'x');
        assertThat(sampled.requestId()).isEqualTo("order-42");
        assertThat(sampled.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(sampled.parentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(sampled.clientSampled()).isTrue();
        assertThat(sampled.hasOwnRequestId()).isTrue();
    }

    @Test
    void whatTheClientDidNotNameIsMadeFromTheBits() {
        Identity identity = Identity.of(0x0123456789ABCDEFL, 0xFEDCBA9876543210L, null, null);
        assertThat(identity.hasOwnRequestId()).isFalse();
        assertThat(identity.hasOwnTrace()).isFalse();
        assertThat(identity.requestId()).isEqualTo("0123456789abcdeffedcba9876543210");
        assertThat(identity.traceId()).isEqualTo("0123456789abcdeffedcba9876543210");
        assertThat(identity.spanId()).isEqualTo("fedcba9876543210");
    }

    @Test
    void theMadeTraceparentIsValidAndUnsampled() {
        byte[] into = new byte[60];
        int next = Identity.of(0xFFL, 0x1L, null, null).copyMadeTrace(into, 2);
        assertThat(next).isEqualTo(57);
        assertThat(new String(into, 2, 55, StandardCharsets.ISO_8859_1))
                .isEqualTo("00-00000000000000ff0000000000000001-0000000000000001-00");
    }

    @Test
    void theMadeIdTakes32Bytes() {
        byte[] into = new byte[34];
        assertThat(Identity.of(-1, -1, null, null).copyMadeId(into, 1)).isEqualTo(33);
        assertThat(new String(into, 1, 32, StandardCharsets.ISO_8859_1)).isEqualTo("f".repeat(32));
    }

    @Test
    void neitherTraceNorSpanIsAllZeros() {
        Identity identity = Identity.of(0, 0, null, null);
        assertThat(identity.traceId()).isEqualTo("0".repeat(31) + "1");
        assertThat(identity.spanId()).isEqualTo("0".repeat(15) + "1");
    }

    private static String attemptTrace(Identity identity, int sending) {
        byte[] into = new byte[55];
        assertThat(identity.copyAttemptTrace(sending, into, 0)).isEqualTo(55);
        return new String(into, StandardCharsets.ISO_8859_1);
    }

    @Test
    void aSampledExchangeIsAChildOfTheClientsSpan() {
        Identity identity = Identity.of(1, 2, null, TRACE).sampled(true);
        assertThat(identity.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(identity.spanId()).isEqualTo("0000000000000002");
        assertThat(identity.parentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(attemptTrace(identity, 1))
                .isEqualTo("00-4bf92f3577b34da6a3ce929d0e0e4736-" + identity.attemptSpanId(1) + "-01");
    }

    @Test
    void aSampledExchangeWithoutTheClientsTraceIsARoot() {
        Identity identity = Identity.of(1, 2, null, null).sampled(true);
        assertThat(identity.parentSpanId()).isEmpty();
        assertThat(attemptTrace(identity, 2))
                .isEqualTo("00-00000000000000010000000000000002-" + identity.attemptSpanId(2) + "-01");
    }

    @Test
    void whereTracesDoNotPropagateTheClientsIsLeftAlone() {
        Identity identity = Identity.of(1, 2, null, TRACE).sampled(false);
        assertThat(identity.propagates()).isFalse();
        assertThat(identity.traceId()).isEqualTo("00000000000000010000000000000002");
        assertThat(identity.parentSpanId()).isEmpty();
    }

    @Test
    void everySendingHasASpanOfItsOwn() {
        Identity identity = Identity.of(1, 2, null, null).sampled(true);
        assertThat(IntStream.rangeClosed(1, 64).mapToObj(identity::attemptSpanId))
                .doesNotHaveDuplicates()
                .doesNotContain(identity.spanId())
                .allMatch(id -> id.matches("[0-9a-f]{16}") && !id.equals("0".repeat(16)));
    }

    @Test
    void theLowestFlagSaysWhetherTheClientsTraceIsRecorded() {
        String unflagged = TRACE.substring(0, 53);
        assertThat(List.of("00", "02", "fe"))
                .noneMatch(flags -> Identity.of(1, 2, null, unflagged + flags).clientSampled());
        assertThat(List.of("01", "03", "ff"))
                .allMatch(flags -> Identity.of(1, 2, null, unflagged + flags).clientSampled());
        assertThat(Identity.of(1, 2, null, null).clientSampled()).isFalse();
    }

    @Test
    void thatATraceIdIsRandomIsPassedOnAndNoOtherFlagIs() {
        String unflagged = TRACE.substring(0, 53);
        assertThat(attemptTrace(Identity.of(1, 2, null, unflagged + "ff").sampled(true), 1))
                .endsWith("-03");
        assertThat(attemptTrace(Identity.of(1, 2, null, unflagged + "05").sampled(true), 1))
                .endsWith("-01");
    }
}
