package io.outrigger.filter.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.DataSize;
import io.outrigger.config.Fault;
import io.outrigger.config.Share;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies that break off, or come slowly. */
class SpoiltBodyTest {
    private static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "by the test");

    private static Fault truncate(double percent) {
        return new Fault.Truncate(new Share(percent));
    }

    private static Fault throttle(long bytes) {
        return new Fault.Throttle(new DataSize(bytes));
    }

    /** A setting, the body of its upstream's response, and what came of it. */
    private record Sent(FaultSetting setting, PushedBody body, Reply reply, Told told) {
        static Sent with(long length, Fault... faults) {
            return to(new FaultSetting(faults), length);
        }

        static Sent to(FaultSetting setting, long length) {
            PushedBody body = new PushedBody(setting.chunks, length);
            Reply reply = setting.send(Exchanges.get());
            Told told = Told.by(reply);
            setting.upstream.last().answer(new Response(200, Headers.NONE, body));
            return new Sent(setting, body, reply, told);
        }

        RecordingSink read() {
            return RecordingSink.reading(told.head().body());
        }

        RecordingSink read(int demand) {
            RecordingSink sink = new RecordingSink(demand);
            told.head().body().pushTo(sink);
            return sink;
        }
    }

    // ---- truncate

    @ParameterizedTest
    @CsvSource({"0, ''", "10, a", "49, abcd", "50, abcde", "99, abcdefghi"})
    void aResponseEndsAfterItsShare(double percent, String what) {
        Sent sent = Sent.with(10, truncate(percent));
        RecordingSink sink = sent.read();
        sent.body.push("abc").push("def").push("ghij").end();
        assertThat(sink.text()).isEqualTo(what);
        assertThat(sink.failure()).isNotNull();
        assertThat(sent.told).hasToString("200 200+RESPONSE_CUT");
        assertThat(sent.told.failure().detail()).isEqualTo("the response was cut, by the file");
        assertThat(sent.setting.upstream.last().cancelled()).isNotNull();
        assertThat(sent.setting.upstream.last().attempt().isToBlameFor(sent.told.failure()))
                .isFalse();
        assertThat(sent.setting.notes())
                .containsExactly(
                        "fault truncate: the response ends after " + new Share(percent) + " of its body, by the file");
        sent.body.discard(GONE);
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    @Test
    void aResponseOfUnknownLengthEndsInItsFirstPiece() {
        Sent sent = Sent.with(-1, truncate(50));
        RecordingSink sink = sent.read();
        sent.body.push("abcd");
        assertThat(sink.text()).isEqualTo("ab");
        assertThat(sent.told).hasToString("200 200+RESPONSE_CUT");
        sent.body.discard(GONE);
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    @Test
    void aResponseWithoutContentIsNotCutAndNotCounted() {
        FaultSetting setting = new FaultSetting(truncate(50), throttle(1));
        Told told = setting.told(Exchanges.get());
        setting.upstream.last().answer(204);
        assertThat(told).hasToString("204 204");
        assertThat(setting.counter.total()).isZero();
        assertThat(setting.exchange.faultBy()).isEmpty();
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void aTunnelIsLeftAlone() {
        FaultSetting setting = new FaultSetting(truncate(50), throttle(1));
        PushedBody body = new PushedBody(setting.chunks);
        Told told = setting.told(Exchanges.get());
        setting.upstream.last().reply().answer(new Response(101, Headers.NONE, body));
        assertThat(told.head().body()).isSameAs(body);
        setting.upstream.last().complete();
        assertThat(setting.isAllFree()).isTrue();
    }

    @Test
    void whoWantsNothingOfAResponseThatIsToBeCutGetsNothing() {
        Sent sent = Sent.with(10, truncate(50));
        sent.told.head().body().discard(GONE);
        assertThat(sent.body.discarded()).isEqualTo(GONE);
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    // ---- throttle: 100 bytes a second in pieces of 5

    @Test
    void aBodyComesInSmallPieces() {
        Sent sent = Sent.with(12, throttle(100));
        RecordingSink sink = sent.read();
        sent.body.push("abcdefghijkl").end();
        assertThat(sink.text()).isEqualTo("abcde");
        sent.setting.loop.advanceMillis(49);
        assertThat(sink.text()).isEqualTo("abcde");
        sent.setting.loop.advanceMillis(1);
        assertThat(sink.text()).isEqualTo("abcdefghij");
        assertThat(sent.told).as("not before its last byte").hasToString("200");
        sent.setting.loop.advanceMillis(50);
        assertThat(sink.text()).isEqualTo("abcdefghijkl");
        assertThat(sink.ended()).isTrue();
        assertThat(sent.told).hasToString("200 200");
        assertThat(sent.setting.notes())
                .containsExactly("fault throttle: the body comes at 100B a second, by the file");
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    @Test
    void whatIsWrittenInFrontOfAPieceDoesNotReachTheOneBefore() {
        Sent sent = Sent.with(12, throttle(100));
        KeepingSink sink = new KeepingSink();
        sent.told.head().body().pushTo(sink);
        sent.body.push("abcdefghijkl").end();
        sent.setting.loop.advanceMillis(1000);
        for (ByteBuf piece : sink.pieces) {
            for (int i = 1; i <= Math.min(piece.readerIndex(), 5); i++) {
                piece.setByte(piece.readerIndex() - i, '#'); // as the size line of a chunk would be
            }
        }
        assertThat(sink.pieces.stream().map(piece -> piece.toString(StandardCharsets.US_ASCII)))
                .containsExactly("abcde", "fghij", "kl");
        sink.pieces.forEach(ByteBuf::release);
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    /** Keeps the pieces as they were pushed, as a connection does that cannot write. */
    private static final class KeepingSink implements Body.Sink {
        private final List<ByteBuf> pieces = new ArrayList<>();

        @Override
        public boolean chunk(ByteBuf bytes) {
            pieces.add(bytes);
            return true;
        }

        @Override
        public void end(Headers trailers) {}

        @Override
        public void fail(Failure why) {}
    }

    @Test
    void aReaderWhoReadsNothingIsNotExcusedByTheFault() {
        Sent sent = Sent.with(20, throttle(100));
        sent.read(1);
        sent.body.push("abcdefghij");
        sent.setting.loop.advanceMillis(1000);
        assertThat(sent.setting.upstream.last().attempt().heldBack()).isFalse();
        sent.reply.fail(Failure.of(Failure.Kind.CLIENT_GONE, "by the test"));
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    @Test
    void noMoreThanOneChunkIsHeld() {
        Sent sent = Sent.with(20, throttle(100));
        RecordingSink sink = sent.read();
        sent.body.push("abcdefghij").push("klmnopqrst").end();
        assertThat(sent.body.waiting()).isEqualTo(2);
        sent.setting.loop.advanceMillis(50);
        assertThat(sent.body.waiting()).as("the next one is asked for").isEqualTo(1);
        sent.setting.loop.advanceMillis(200);
        assertThat(sink.text()).isEqualTo("abcdefghijklmnopqrst");
        assertThat(sent.told).hasToString("200 200");
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    @Test
    void aSlowReaderIsNotPushed() {
        Sent sent = Sent.with(20, throttle(100));
        RecordingSink sink = sent.read(1);
        sent.body.push("abcdefghij").push("klmnopqrst").end();
        sent.setting.loop.advanceMillis(1000);
        assertThat(sink.text()).isEqualTo("abcde");
        sink.demand(2);
        sent.told.head().body().resume();
        sent.setting.loop.advanceMillis(1000);
        assertThat(sink.text()).isEqualTo("abcdefghijklmno");
        sink.demand(100);
        sent.told.head().body().resume();
        sent.setting.loop.advanceMillis(1000);
        assertThat(sent.told).hasToString("200 200");
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    @Test
    void aDeadlineEndsIt() {
        Sent sent = Sent.with(12, throttle(100));
        RecordingSink sink = sent.read();
        sent.body.push("abcdefghijkl").end();
        sent.reply.fail(Failure.of(Failure.Kind.DEADLINE, "by the test"));
        assertThat(sink.failure()).isNotNull();
        assertThat(sent.told).hasToString("200 200+DEADLINE");
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    @Test
    void aResponseThatBreaksOffBreaksOff() {
        Sent sent = Sent.with(12, throttle(100));
        RecordingSink sink = sent.read();
        sent.body.push("abcdefgh");
        sent.setting.upstream.last().fail(Failure.Kind.RESPONSE_CUT);
        assertThat(sink.failure()).isNotNull();
        assertThat(sent.told).hasToString("200 200+RESPONSE_CUT");
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    @Test
    void whoLeavesLeavesNothingBehind() {
        Sent sent = Sent.with(12, throttle(100));
        sent.read();
        sent.body.push("abcdefghijkl");
        sent.told.head().body().discard(GONE);
        assertThat(sent.body.discarded()).isEqualTo(GONE);
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    @Test
    void theEndOfTheExperimentLetsTheRestGo() {
        Sent sent = Sent.to(new FaultSetting(throttle(1)).lasting(Duration.ofSeconds(10)), 60);
        RecordingSink sink = sent.read();
        sent.body.push("abcdefghij".repeat(6)).end();
        sent.setting.loop.advanceMillis(9_000);
        assertThat(sink.text()).hasSize(10);
        sent.setting.loop.advanceMillis(1_200);
        assertThat(sink.text()).hasSize(60);
        assertThat(sent.told).hasToString("200 200");
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    @Test
    void whatIsCutHasBeenSlowBefore() {
        Sent sent = Sent.with(20, throttle(100), truncate(50));
        RecordingSink sink = sent.read();
        sent.body.push("abcdefghijklmnopqrst").end();
        assertThat(sink.text()).isEqualTo("abcde");
        sent.setting.loop.advanceMillis(1000);
        assertThat(sink.text()).isEqualTo("abcdefghij");
        assertThat(sent.told).hasToString("200 200+RESPONSE_CUT");
        assertThat(sent.setting.counter.total()).isEqualTo(1);
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    @Test
    void anEmptyBodyOfUnknownLengthJustEnds() {
        Sent sent = Sent.with(-1, throttle(100), truncate(50));
        RecordingSink sink = sent.read();
        sent.body.end();
        assertThat(sink.ended()).isTrue();
        assertThat(sent.told).hasToString("200 200");
        assertThat(sent.setting.isAllFree()).isTrue();
    }

    @Test
    void aHeadThatFailedBeforeItWentAnyFurtherIsAFailure() {
        FaultSetting setting = new FaultSetting(throttle(100));
        setting.upstream.will(call -> {
            call.answer(new Response(200, Headers.NONE, new PushedBody(setting.chunks)));
            call.fail(Failure.Kind.RESPONSE_CUT);
        });
        assertThat(setting.told(Exchanges.get())).hasToString("RESPONSE_CUT RESPONSE_CUT");
        assertThat(setting.isAllFree()).isTrue();
    }
}
