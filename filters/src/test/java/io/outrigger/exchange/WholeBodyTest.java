package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A body that is read whole before anybody gets it. */
class WholeBodyTest implements WholeBody.Listener {
    private static final Failure WHY = Failure.of(Failure.Kind.CLIENT_GONE, "by the test");

    private final Chunks chunks = new Chunks();
    private final BufferBudget budget = new BufferBudget(50_000);
    private final List<String> events = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        assertThat(chunks.held()).as("buffers").isZero();
        assertThat(budget.takenBytes()).as("bytes of the budget").isZero();
    }

    @Test
    void itIsWholeOnceItHasEndedAndKeepsItsFramingAndTrailers() {
        PushedBody source = new PushedBody(chunks).push("ab");
        WholeBody body = gathered(source, 100);
        assertThat(events).containsExactly("ab");
        source.push("cd").end(Headers.of("x-sum", "7"));
        assertThat(events).containsExactly("ab", "cd", "whole");
        assertThat(body.length()).isEqualTo(-1);
        RecordingSink read = RecordingSink.reading(body);
        assertThat(read.text()).isEqualTo("abcd");
        assertThat(read.trailers()).isNotNull().isNotSameAs(Headers.NONE);
    }

    @Test
    void aSingleChunkThatIsSmallIsCopiedWithRoomForAHeadInFrontOfIt() {
        PushedBody source = new PushedBody(chunks, 4);
        source.push(chunks.of("abcd".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), 64 * 1024))
                .end();
        WholeBody body = gathered(source, 100);
        assertThat(chunks.held()).as("the large buffer").isZero();
        assertThat(budget.takenBytes()).isBetween(4L, 2048L);
        int[] room = {0};
        body.pushTo(new RecordingSink() {
            @Override
            public boolean chunk(ByteBuf bytes) {
                room[0] = bytes.readerIndex();
                return super.chunk(bytes);
            }
        });
        assertThat(room[0]).isGreaterThanOrEqualTo(512);
    }

    @Test
    void aSingleChunkThatIsReadAtOnceIsNotCopied() {
        ByteBuf chunk = chunks.of("abcd".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), 64 * 1024);
        List<Boolean> same = new ArrayList<>();
        WholeBody[] body = {null};
        body[0] = new WholeBody(new PushedBody(chunks, 4).push(chunk).end(), 100, budget, new Deaf() {
            @Override
            public void whole() {
                body[0].pushTo(new RecordingSink() {
                    @Override
                    public boolean chunk(ByteBuf bytes) {
                        same.add(bytes == chunk);
                        return super.chunk(bytes);
                    }
                });
            }
        });
        body[0].gather();
        assertThat(same).containsExactly(true);
    }

    @Test
    void aSingleChunkThatFillsItsBufferIsPassedOnAsItIs() {
        PushedBody source = new PushedBody(chunks, 4).push("abcd").end();
        WholeBody body = gathered(source, 100);
        RecordingSink read = RecordingSink.reading(body);
        assertThat(read.text()).isEqualTo("abcd");
        assertThat(read.room(0)).isEqualTo(Chunks.ROOM);
    }

    @Test
    void itsReaderMayPause() {
        PushedBody source = new PushedBody(chunks)
                .push("x".repeat(5000))
                .push("y".repeat(5000))
                .end();
        WholeBody body = gathered(source, 20_000);
        RecordingSink slow = new RecordingSink(1);
        body.pushTo(slow);
        assertThat(slow.text()).isEqualTo("x".repeat(5000));
        assertThat(budget.takenBytes()).isLessThan(6000);
        body.resume();
        assertThat(slow.text()).hasSize(10_000);
        assertThat(slow.ended()).isFalse();
        body.resume();
        assertThat(slow.ended()).isTrue();
    }

    @Test
    void whatIsToldToBeTooLongIsNotReadAtAll() {
        PushedBody source = new PushedBody(chunks, 11);
        gathered(source, 10);
        assertThat(events).containsExactly("too long");
        assertThat(source.begun()).isFalse();
        assertThat(source.discarded()).isNotNull();
    }

    @Test
    void whatTurnsOutToBeTooLongIsDiscarded() {
        PushedBody source = new PushedBody(chunks).push("0123456789");
        gathered(source, 10);
        source.push("x").push("y").end();
        assertThat(events).containsExactly("0123456789", "too long");
        assertThat(source.discarded()).isNotNull();
    }

    @Test
    void withoutRoomItIsDiscarded() {
        budget.tryTake(49_990);
        PushedBody source = new PushedBody(chunks).push("0123456789".repeat(10));
        gathered(source, 1000);
        assertThat(events).last().isEqualTo("no room");
        assertThat(source.discarded()).isNotNull();
        budget.giveBack(49_990);
    }

    @Test
    void whatBreaksOffIsReleased() {
        PushedBody source = new PushedBody(chunks).push("abc");
        gathered(source, 10);
        source.fail(Failure.of(Failure.Kind.BAD_BODY, "by the test"));
        assertThat(events).containsExactly("abc", "broken BAD_BODY");
    }

    @Test
    void whatIsDiscardedIsReleasedAtAnyTime() {
        PushedBody early = new PushedBody(chunks).push("abc");
        gathered(early, 10).discard(WHY);
        assertThat(early.discarded()).isEqualTo(WHY);
        PushedBody whole = new PushedBody(chunks, 3).push("abc").end();
        gathered(whole, 10).discard(WHY);
        assertThat(whole.discarded()).as("it was over").isNull();
        PushedBody paused = new PushedBody(chunks)
                .push("x".repeat(5000))
                .push("y".repeat(5000))
                .end();
        WholeBody body = gathered(paused, 20_000);
        RecordingSink slow = new RecordingSink(1);
        body.pushTo(slow);
        body.discard(WHY);
        body.resume();
        assertThat(slow.text()).hasSize(5000);
    }

    @Test
    void aBodyForWhichThereIsNoMemoryTakesNothingOfTheBudget() {
        for (long length : new long[] {4, -1}) { // in one chunk, and perhaps more
            PoorAllocator poor = new PoorAllocator();
            ByteBuf chunk = poor.directBuffer(64 * 1024).writeInt(7);
            poor.broke = true;
            PushedBody source = new PushedBody(chunks, length).push(chunk).end();
            gathered(source, 100);
            assertThat(events).last().isEqualTo("no room");
            assertThat(chunk.refCnt()).isZero();
            assertThat(budget.takenBytes()).isZero();
        }
    }

    /** One who is told nothing else. */
    private abstract static class Deaf implements WholeBody.Listener {
        @Override
        public void coming(ByteBuf bytes) {}

        @Override
        public void tooLong() {
            throw new AssertionError();
        }

        @Override
        public void noRoom() {
            throw new AssertionError();
        }

        @Override
        public void broken(Failure why) {
            throw new AssertionError();
        }
    }

    /** One that has nothing more once it is broke. */
    private static final class PoorAllocator extends AbstractByteBufAllocator {
        boolean broke;

        PoorAllocator() {
            super(true);
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            throw new AssertionError("not asked for");
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            if (broke) {
                throw new OutOfMemoryError("by the test");
            }
            return new UnpooledDirectByteBuf(this, initialCapacity, maxCapacity);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }

    private WholeBody gathered(PushedBody source, long cap) {
        WholeBody body = new WholeBody(source, cap, budget, this);
        body.gather();
        return body;
    }

    @Override
    public void coming(ByteBuf bytes) {
        events.add(Chunks.text(bytes));
    }

    @Override
    public void whole() {
        events.add("whole");
    }

    @Override
    public void tooLong() {
        events.add("too long");
    }

    @Override
    public void noRoom() {
        events.add("no room");
    }

    @Override
    public void broken(Failure why) {
        events.add("broken " + why.kind());
    }
}
