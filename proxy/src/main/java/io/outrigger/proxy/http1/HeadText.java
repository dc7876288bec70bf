package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.outrigger.proxy.loop.BufferStock;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A head that is being built, in an array that is used for one after the other. Confined to one loop. */
abstract sealed class HeadText permits HeadWriter {
    static final byte[] END = bytes("\r\n");

    private final BufferStock stock = BufferStock.current();
    byte[] out = new byte[2048];
    int length;

    /** What somebody else has left here must not get in front of this head, whatever went wrong. */
    final void begin() {
        int left = length;
        clear();
        assert left == 0 : "a head was not taken";
    }

    /** Forgets what was built. */
    public void clear() {
        length = 0;
    }

    /**
     * What was built, in a buffer of its own.
     *
     * @throws OutOfMemoryError when there is none; what was built is gone, so that it gets in front of nobody's bytes
     */
    final ByteBuf take(ByteBufAllocator allocator) {
        ByteBuf buffer;
        try {
            buffer = stock.take(allocator, length);
        } catch (OutOfMemoryError e) {
            clear();
            throw e;
        }
        buffer.writeBytes(out, 0, length);
        length = 0;
        return buffer;
    }

    /** Puts what was built into the free room in front of the buffer's bytes. */
    final void putBefore(ByteBuf content) {
        int start = content.readerIndex() - length;
        content.setBytes(start, out, 0, length);
        content.readerIndex(start);
        length = 0;
    }

    final void field(String name, String value) {
        ascii(name);
        put(':');
        put(' ');
        ascii(value);
        put(END);
    }

    final void line(byte[] name, String value) {
        put(name);
        ascii(value);
        put(END);
    }

    @SuppressWarnings("deprecation") // copies the low bytes of Latin-1 text, which is what a head consists of
    final void ascii(String text) {
        grow(text.length());
        text.getBytes(0, text.length(), out, length);
        length += text.length();
    }

    /** Writes a number that is not negative. */
    final void decimal(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        grow(digits);
        long rest = number;
        for (int at = length + digits - 1; at >= length; at--) {
            out[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    final void put(char c) {
        grow(1);
        out[length++] = (byte) c;
    }

    final void put(byte[] text) {
        grow(text.length);
        System.arraycopy(text, 0, out, length, text.length);
        length += text.length;
    }

    final void grow(int more) {
        if (out.length - length < more) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
