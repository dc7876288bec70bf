package io.outrigger.proxy.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the buffers that channels read into: with room in front for an edited head, small at first, doubled while
 * reads fill them, halved when they no longer do. Immutable.
 */
public final class ReadBuffers implements RecvByteBufAllocator {
    /** Free bytes in front of what is read: for what the proxy adds to a head, or a chunk's size line. */
    public static final int ROOM = 256;

    private static final int MOST_READS = 16; // in one turn, so that one busy channel does not starve the others
    private static final int SMALL_READS = 8; // in a row, before buffers shrink

    @Override
    @SuppressWarnings("deprecation") // the type that the interface still returns
    public Handle newHandle() {
        return new Sizes();
    }

    /** The buffer size of one channel. Confined to one loop. */
    private static final class Sizes implements ExtendedHandle {
        private int size = BufferStock.SMALLEST;
        private @Nullable BufferStock stock; // null before the first read
        private int attempted;
        private int last;
        private int reads;
        private @Nullable ChannelConfig config; // null before the first read
        private int small;

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            if (stock == null) {
                stock = BufferStock.current();
            }
            return stock.takeUpTo(allocator, size).setIndex(ROOM, ROOM);
        }

        @Override
        public int guess() {
            return size - ROOM;
        }

        @Override
        public void reset(ChannelConfig channel) {
            config = channel;
            reads = 0;
        }

        @Override
        public void incMessagesRead(int count) {
            reads += count;
        }

        @Override
        public void lastBytesRead(int bytes) {
            last = bytes;
            if (bytes <= 0) {
                return;
            }
            if (bytes >= attempted) {
                size = BufferStock.larger(size);
                small = 0;
            } else if (size > BufferStock.SMALLEST && bytes < size >> 2 && ++small > SMALL_READS) {
                size = BufferStock.smaller(size);
                small = 0;
            }
        }

        @Override
        public int lastBytesRead() {
            return last;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attempted = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attempted;
        }

        @Override
        public boolean continueReading() {
            return last > 0
                    && last >= attempted
                    && reads < MOST_READS
                    && config != null
                    && config.isAutoRead(); // whoever stops the reading in a turn means from now on
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier mayHaveMore) {
            return continueReading();
        }

        @Override
        public void readComplete() {}
    }
}
