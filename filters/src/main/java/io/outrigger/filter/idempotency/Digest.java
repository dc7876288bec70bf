package io.outrigger.filter.idempotency;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** 256 bits, or 128 and as many zeros, in place of what is too long or too secret to be kept. Immutable. */
public final class Digest {
    /** In bytes. */
    public static final int LENGTH = 32;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    private Digest(long first, long second, long third, long fourth) {
        this.first = first;
        this.second = second;
        this.third = third;
        this.fourth = fourth;
    }

    /** Of 32 bytes. */
    public static Digest of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("digest: " + bytes.length + " bytes (expected: " + LENGTH + ")");
        }
        return at(bytes, 0);
    }

    /** One of 128 bits. */
    static Digest of(long first, long second) {
        return new Digest(first, second, 0, 0);
    }

    /** That which {@link #copyTo} has written there. */
    static Digest at(byte[] bytes, int at) {
        return new Digest(
                (long) LONG.get(bytes, at), (long) LONG.get(bytes, at + 8), (long) LONG.get(bytes, at + 16), (long)
                        LONG.get(bytes, at + 24));
    }

    /** Whether it is the one that stands there. */
    boolean isAt(byte[] bytes, int at) {
        return first == (long) LONG.get(bytes, at)
                && second == (long) LONG.get(bytes, at + 8)
                && third == (long) LONG.get(bytes, at + 16)
                && fourth == (long) LONG.get(bytes, at + 24);
    }

    void copyTo(byte[] bytes, int at) {
        LONG.set(bytes, at, first);
        LONG.set(bytes, at + 8, second);
        LONG.set(bytes, at + 16, third);
        LONG.set(bytes, at + 24, fourth);
    }

    public byte[] bytes() {
        byte[] bytes = new byte[LENGTH];
        copyTo(bytes, 0);
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Digest that
                && first == that.first
                && second == that.second
                && third == that.third
                && fourth == that.fourth;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(first); // as random as all of them
    }

    /** In 64 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
