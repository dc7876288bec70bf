package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies that are at hand, and the reply that ends with one. */
class HeldBodyTest {
    private static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "by the test");
    private static final Failure CUT = Failure.of(Failure.Kind.RESPONSE_CUT, "by the test");

    private final Chunks chunks = new Chunks();

    @AfterEach
    void everyBufferIsFreeAgain() {
        assertThat(chunks.held()).isZero();
    }

    @Test
    void theEmptyBodyEndsAtOnceForEveryReader() {
        Body.EMPTY.discard(GONE);
        assertThat(RecordingSink.reading(Body.EMPTY).ended()).isTrue();
        assertThat(RecordingSink.reading(Body.EMPTY).ended()).isTrue();
        assertThat(Body.EMPTY.length()).isZero();
    }

    @Test
    void pushesItsContentAndEnds() {
        Body body = Body.of(chunks.of("ab"));
        assertThat(body.length()).isEqualTo(2);
        RecordingSink sink = RecordingSink.reading(body);
        assertThat(sink.chunks()).containsExactly("ab");
        assertThat(sink.ended()).isTrue();
        assertThat(body.length()).isEqualTo(2);
    }

    @Test
    void theEndWaitsForASinkThatHasAskedForAStop() {
        Body body = Body.of(chunks.of("ab"));
        RecordingSink sink = new RecordingSink(1);
        body.pushTo(sink);
        assertThat(sink.ended()).isFalse();
        body.resume();
        assertThat(sink.ended()).isTrue();
        body.resume();
    }

    @Test
    void discardingReleasesTheContentAndPushesNothing() {
        Body body = Body.of(chunks.of("ab"));
        body.discard(GONE);
        assertThat(chunks.held()).isZero();
        RecordingSink sink = RecordingSink.reading(body);
        assertThat(sink.chunks()).isEmpty();
        assertThat(sink.ended()).isFalse();
        body.discard(GONE);
    }

    @Test
    void discardingFromInsideTheSinkHoldsBackTheEnd() {
        Body body = Body.of(chunks.of("ab"));
        RecordingSink sink = new RecordingSink() {
            @Override
            public boolean chunk(ByteBuf bytes) {
                body.discard(GONE);
                return super.chunk(bytes);
            }
        };
        body.pushTo(sink);
        assertThat(sink.text()).isEqualTo("ab");
        assertThat(sink.ended()).isFalse();
    }

    @Test
    void discardingWhileTheEndWaitsHoldsItBack() {
        Body body = Body.of(chunks.of("ab"));
        RecordingSink sink = new RecordingSink(1);
        body.pushTo(sink);
        body.discard(GONE);
        body.resume();
        assertThat(sink.ended()).isFalse();
    }

    @Test
    void contentWithoutBytesIsTheEmptyBody() {
        assertThat(Body.of(chunks.of(""))).isSameAs(Body.EMPTY);
    }

    @Test
    void aReplyEndsWithItsBodyAsThatOneEnds() {
        PushedBody source = new PushedBody(chunks, 4);
        Told told = Told.by(Reply.of(new Response(200, Headers.NONE, source)));
        Body body = told.head().body();
        RecordingSink sink = new RecordingSink(1);
        body.pushTo(sink);
        assertThat(body.length()).isEqualTo(4);
        source.push("ab").push("cd").end(Headers.of("x-sum", "1"));
        assertThat(sink.text()).isEqualTo("ab");
        sink.demand(9);
        body.resume();
        assertThat(sink.text()).isEqualTo("abcd");
        assertThat(sink.trailers().get(HeaderName.of("x-sum"))).isEqualTo("1");
        assertThat(told).hasToString("200 200");
    }

    @Test
    void aReplyFailsWithItsBody() {
        PushedBody source = new PushedBody(chunks);
        Told told = Told.by(Reply.of(new Response(200, Headers.NONE, source)));
        RecordingSink sink = RecordingSink.reading(told.head().body());
        source.push("ab").fail(CUT);
        assertThat(sink.failure()).isEqualTo(CUT);
        assertThat(told).hasToString("200 200+RESPONSE_CUT");
    }
}
