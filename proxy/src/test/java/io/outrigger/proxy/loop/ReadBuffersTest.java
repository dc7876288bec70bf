package io.outrigger.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How large the buffers of one channel get, and when its reading pauses. */
@SuppressWarnings("deprecation") // Netty's name for what makes read buffers
class ReadBuffersTest {
    private static final int ROOM = ReadBuffers.ROOM;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ExtendedHandle handle = (ExtendedHandle) new ReadBuffers().newHandle();

    ReadBuffersTest() {
        handle.reset(channel.config());
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void leavesRoomInFrontOfWhatIsRead() {
        ByteBuf buffer = handle.allocate(ByteBufAllocator.DEFAULT);
        assertThat(buffer.readerIndex()).isEqualTo(ROOM);
        assertThat(buffer.writableBytes()).isEqualTo(handle.guess());
        assertThat(buffer.maxWritableBytes()).isEqualTo(handle.guess());
        buffer.release();
    }

    @Test
    void doublesWhileReadsFillThemAndHalvesAfterManySmallOnes() {
        assertThat(handle.guess()).isEqualTo(4096 - ROOM);
        for (int size : new int[] {8192, 16_384, 32_768, 69_632}) {
            fill();
            assertThat(handle.guess()).isEqualTo(size - ROOM);
        }
        fill();
        assertThat(handle.guess()).as("the largest").isEqualTo(69_632 - ROOM);

        read(69_632 / 4 - 1);
        assertThat(handle.guess()).as("after one small read").isEqualTo(69_632 - ROOM);
        for (int i = 0; i < 8; i++) {
            read(100);
        }
        assertThat(handle.guess()).isEqualTo(32 * 1024 - ROOM);
        for (int i = 0; i < 1000; i++) {
            read(1);
        }
        assertThat(handle.guess()).as("the smallest").isEqualTo(4096 - ROOM);
    }

    @Test
    void readsAgainInOneTurnOnlyWhileReadsFillTheBufferAndReadingIsOn() {
        read(10);
        assertThat(handle.continueReading()).isFalse();
        fill();
        assertThat(handle.continueReading()).isTrue();
        channel.config().setAutoRead(false);
        assertThat(handle.continueReading()).as("switched off in this turn").isFalse();
        channel.config().setAutoRead(true);
        read(-1);
        assertThat(handle.continueReading()).as("at the end").isFalse();
    }

    @Test
    void oneBusyChannelDoesNotStarveTheOthers() {
        int reads = 0;
        do {
            fill();
            reads++;
        } while (handle.continueReading());
        assertThat(reads).isEqualTo(16);
        handle.reset(channel.config());
        fill();
        assertThat(handle.continueReading()).as("in the next turn").isTrue();
    }

    private void fill() {
        read(handle.guess());
    }

    private void read(int bytes) {
        handle.attemptedBytesRead(handle.guess());
        handle.lastBytesRead(bytes);
        handle.incMessagesRead(1);
    }
}
