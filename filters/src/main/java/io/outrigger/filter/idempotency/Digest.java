package io.outrigger.filter.idempotency;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A SHA-256, in place of what is too long or too secret to be kept. Immutable. */
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
        return new Digest((long) LONG.get(bytes, 0), (long) LONG.get(bytes, 8), (long) LONG.get(bytes, 16), (long)
                LONG.get(bytes, 24));
    }

    public byte[] bytes() {
        byte[] bytes = new byte[LENGTH];
        LONG.set(bytes, 0, first);
        LONG.set(bytes, 8, second);
        LONG.set(bytes, 16, third);
        LONG.set(bytes, 24, fourth);
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
