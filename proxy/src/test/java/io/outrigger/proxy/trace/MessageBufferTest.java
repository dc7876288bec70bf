package io.outrigger.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a buffer serves the next message, too. */
class MessageBufferTest {
    private static final int KIB = 1024;

    private final MessageBuffer messages = new MessageBuffer();

    @AfterEach
    void end() {
        messages.release();
    }

    @Test
    void whatWasGivenBackIsTakenAgainAndEmpty() {
        ByteBuf first = messages.take(20 * KIB);
        first.writeLong(1).readByte();
        first.release();
        ByteBuf second = messages.take(30 * KIB);
        assertThat(second).isSameAs(first);
        assertThat(second.readableBytes()).isZero();
        assertThat(second.writableBytes()).isGreaterThanOrEqualTo(30 * KIB);
        second.release();
    }

    @Test
    void whatSomebodyStillHoldsIsLeftToHim() {
        ByteBuf unsent = messages.take(8);
        unsent.writeLong(1);
        ByteBuf next = messages.take(8);
        next.writeLong(2);
        assertThat(unsent.readLong()).isEqualTo(1);
        assertThat(unsent.release()).as("nobody else holds it").isTrue();
        next.release();
    }

    @Test
    void whatIsTooSmallMakesRoomForALargerOne() {
        ByteBuf small = messages.take(8);
        small.release();
        ByteBuf large = messages.take(200 * KIB);
        assertThat(small.refCnt()).isZero();
        large.release();
        assertThat(messages.take(8)).isSameAs(large);
        large.release();
    }

    @Test
    void whatIsVeryLargeIsNotKept() {
        ByteBuf usual = messages.take(8);
        usual.release();
        ByteBuf huge = messages.take(256 * KIB + 1);
        assertThat(huge.writableBytes()).isGreaterThan(256 * KIB);
        assertThat(huge.release()).isTrue();
        assertThat(messages.take(8)).isSameAs(usual);
        usual.release();
    }

    @Test
    void afterTheEndNothingIsKept() {
        ByteBuf last = messages.take(8);
        messages.release();
        assertThat(last.refCnt()).isEqualTo(1);
        last.release();
    }
}
