package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Response;
import io.outrigger.fixtures.RecordingSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A response that is kept is the response that it was. */
class KeptAnswerTest {
    private static final Headers FIELDS =
            Headers.of("Content-Type", "text/plain", "X-Two", "a", "x-two", "", "Location", "/caf\u00e9");
    private static final Headers TRAILERS = Headers.of("x-sum", "7");

    @Test
    void everythingComesBackInItsOrder() {
        Response response = kept(201, FIELDS, "made", TRAILERS).response();
        assertThat(response.status()).isEqualTo(201);
        assertThat(lines(response.headers()))
                .containsExactly("Content-Type: text/plain", "X-Two: a", "x-two: ", "Location: /caf\u00e9");
        assertThat(response.body().length()).isEqualTo(-1); // in chunks, for the trailers
        RecordingSink read = RecordingSink.reading(response.body());
        assertThat(read.text()).isEqualTo("made");
        assertThat(read.trailers()).isNotNull().satisfies(end -> assertThat(lines(end))
                .containsExactly("x-sum: 7"));
    }

    @Test
    void itCanBeReadAnyNumberOfTimes() {
        KeptAnswer answer = kept(200, FIELDS, "again", Headers.NONE);
        for (int i = 0; i < 3; i++) {
            Body body = answer.response().body();
            assertThat(body.length()).isEqualTo(5);
            assertThat(RecordingSink.reading(body).text()).isEqualTo("again");
        }
    }

    @Test
    void cookiesAreForOneCallerAndNotKept() {
        Headers fields = Headers.of("Set-Cookie", "a=b", "X-Kept", "yes", "set-cookie", "c=d");
        Headers kept = kept(200, fields, "", Headers.of("SET-COOKIE", "e=f"))
                .response()
                .headers();
        assertThat(lines(kept)).containsExactly("X-Kept: yes");
    }

    @Test
    void aResponseWithoutContentHasNoBody() {
        assertThat(kept(204, Headers.NONE, "", Headers.NONE).response().body()).isSameAs(Body.EMPTY);
    }

    @Test
    void aReaderMayPauseBeforeTheTrailersAndLeaveBeforeThem() {
        Body body = kept(200, FIELDS, "ab", TRAILERS).response().body();
        RecordingSink slow = new RecordingSink(1);
        body.pushTo(slow);
        assertThat(slow.ended()).isFalse();
        body.resume();
        assertThat(slow.ended()).isTrue();
        Body left = kept(200, FIELDS, "ab", TRAILERS).response().body();
        RecordingSink gone = new RecordingSink(1);
        left.pushTo(gone);
        left.discard(io.outrigger.exchange.Failure.of(io.outrigger.exchange.Failure.Kind.CLIENT_GONE, "by the test"));
        left.resume();
        assertThat(gone.ended()).isFalse();
    }

    @Test
    void theBytesAreReadAgainAndNothingElseIs() {
        byte[] bytes = kept(404, FIELDS, "none", TRAILERS).bytes();
        KeptAnswer again = KeptAnswer.read(bytes);
        assertThat(again).isNotNull();
        assertThat(again.status()).isEqualTo(404);
        for (int length = 0; length < bytes.length; length++) {
            assertThat(KeptAnswer.read(Arrays.copyOf(bytes, length)))
                    .as("cut to " + length)
                    .isNull();
        }
        assertThat(KeptAnswer.read(Arrays.copyOf(bytes, bytes.length + 1)))
                .as("longer")
                .isNull();
        byte[] newer = bytes.clone();
        newer[0] = 2;
        assertThat(KeptAnswer.read(newer)).as("of another form").isNull();
    }

    @Test
    void theFormIsTheOneThatIsDescribed() {
        byte[] bytes = kept(200, Headers.of("a", "bc"), "d", Headers.NONE).bytes();
        assertThat(bytes)
                .containsExactly(1, 0, (byte) 200, 0, 1, 0, 1, 'a', 0, 0, 0, 2, 'b', 'c', 0, 0, 0, 1, 'd', 0, 0);
    }

    private static KeptAnswer kept(int status, Headers fields, String body, Headers trailers) {
        ByteBuf content = Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1);
        KeptAnswer answer = KeptAnswer.of(status, fields, content, trailers);
        assertThat(content.readableBytes()).as("stays with the caller").isEqualTo(body.length());
        return answer;
    }

    private static List<String> lines(Headers headers) {
        List<String> lines = new ArrayList<>();
        headers.forEach((name, value) -> lines.add(name + ": " + value));
        return lines;
    }

    @Test
    void fieldsAreFoundByTheirNames() {
        assertThat(kept(200, FIELDS, "", TRAILERS).response().headers().get(HeaderName.of("location")))
                .isEqualTo("/caf\u00e9");
    }
}
