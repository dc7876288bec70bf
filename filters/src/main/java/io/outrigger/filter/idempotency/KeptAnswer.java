package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole response as a row of bytes, which stores keep as it is: status, fields, body, trailers. Immutable.
 *
 * <p>The bytes: 1, which is the version of this form; the status in 2; the fields; the length of the body in 4; the
 * body; the trailers. Fields are their number in 2 bytes, then for each the length of its name in 2, the name, the
 * length of its value in 4, the value. Big-endian; names and values in ISO-8859-1.
 */
public final class KeptAnswer {
    static final byte FORM = 1;

    private final byte[] bytes;

    private KeptAnswer(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Copies a response that is complete, but for its cookies: those are for one caller at one time.
     *
     * @param body is read from its reader index on, and stays with the caller
     */
    public static KeptAnswer of(int status, Headers fields, ByteBuf body, Headers trailers) {
        Row row = new Row();
        int content = body.readableBytes();
        row.write(FORM, status, fields, content, trailers);
        byte[] bytes = new byte[row.length() + content];
        System.arraycopy(row.bytes(), 0, bytes, 0, row.split());
        body.getBytes(body.readerIndex(), bytes, row.split(), content);
        System.arraycopy(row.bytes(), row.split(), bytes, row.split() + content, row.length() - row.split());
        return new KeptAnswer(bytes);
    }

    /** What {@link #bytes} gave, which it takes over; null when it is nothing of the kind. */
    public static @Nullable KeptAnswer read(byte[] bytes) {
        try {
            ByteBuf row = Unpooled.wrappedBuffer(bytes);
            if (row.readByte() != FORM) {
                return null;
            }
            int status = row.readUnsignedShort();
            readFields(row);
            row.skipBytes(row.readInt());
            readFields(row);
            return status >= 200 && status <= 599 && !row.isReadable() ? new KeptAnswer(bytes) : null;
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return null; // cut short, or of another make
        }
    }

    /** What {@link #bytes} gave in this process, which it takes over. */
    static KeptAnswer trusted(byte[] bytes) {
        return new KeptAnswer(bytes);
    }

    /** All of it, for a store to keep. Not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public int status() {
        return status(bytes[1], bytes[2]);
    }

    /** That of the second and the third of its bytes. */
    static int status(byte second, byte third) {
        return (second & 0xff) << 8 | third & 0xff;
    }

    /** The response as it was, with a body that has not been read. */
    public Response response() {
        ByteBuf row = Unpooled.wrappedBuffer(bytes).asReadOnly().skipBytes(1); // others may be sent the same bytes
        int status = row.readUnsignedShort();
        Headers fields = readFields(row);
        ByteBuf body = row.readSlice(row.readInt());
        return new Response(status, fields, ReplayedBody.of(body, readFields(row)));
    }

    private static Headers readFields(ByteBuf row) {
        int count = row.readUnsignedShort();
        if (count == 0) {
            return Headers.NONE;
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(text(row, row.readUnsignedShort()));
            lines.add(text(row, row.readInt()));
        }
        return Headers.of(lines.toArray(String[]::new));
    }

    private static String text(ByteBuf row, int length) {
        return row.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
    }
}
