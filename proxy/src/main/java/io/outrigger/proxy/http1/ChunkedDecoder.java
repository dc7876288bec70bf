package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.Headers;
import java.util.Arrays;

/**
 * Frees chunked content from its size lines and collects the trailers (RFC 9112 §7.1). Chunk extensions are checked
 * and dropped. The contents of several chunks in one buffer are moved together. Confined to one loop.
 */
final class ChunkedDecoder extends BodyDecoder {
    private static final int SIZE_DIGITS = 16;
    private static final int EXTENSION_MOST = 4096; // in one body, besides a byte for each byte of content
    private static final int TRAILER_BYTES = 8192;
    private static final int TRAILER_FIELDS = 100;

    private enum State {
        SIZE,
        SPACE, // white space before an extension
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILERS
    }

    private State state = State.SIZE;
    private long left; // of the chunk; while reading its size: the size so far
    private int digits;
    private long extensionBytes;
    private long contentBytes;
    private byte[] trailerBytes = new byte[0];
    private int trailerLength;
    private Headers trailers = Headers.NONE;
    private String problem = "";

    @Override
    public String problem() {
        return problem;
    }

    @Override
    public Headers trailers() {
        return trailers;
    }

    @Override
    public Step decode(ByteBuf in) {
        int at = in.readerIndex();
        int to = in.writerIndex();
        int begin = at; // the content found so far, moved together
        int end = at;
        while (at < to) {
            if (state == State.DATA) {
                int size = (int) Math.min(left, to - at);
                if (end == begin) {
                    begin = at;
                    end = at + size;
                } else {
                    end = move(in, at, end, size);
                }
                at += size;
                left -= size;
                contentBytes += size;
                if (left == 0) {
                    state = State.DATA_CR;
                }
                continue;
            }
            byte b = in.getByte(at++);
            if (state == State.TRAILERS) {
                Step step = trailer(b);
                if (step != Step.MORE) {
                    if (step == Step.END) {
                        keepRest(in, at, to);
                    }
                    return done(in, begin, end, step);
                }
            } else if (!framing(b)) {
                return done(in, begin, end, Step.BAD);
            }
        }
        return done(in, begin, end, Step.MORE);
    }

    private static Step done(ByteBuf in, int begin, int end, Step step) {
        in.setIndex(begin, end);
        return step;
    }

    /** Moves content down over the framing before it, and tells where it ends then. */
    private static int move(ByteBuf in, int from, int to, int size) {
        if (size < 32) {
            for (int i = 0; i < size; i++) {
                in.setByte(to + i, in.getByte(from + i));
            }
        } else {
            byte[] copy = new byte[size];
            in.getBytes(from, copy);
            in.setBytes(to, copy);
        }
        return to + size;
    }

    private boolean framing(byte b) {
        switch (state) {
            case SIZE -> {
                int digit = Bytes.hex(b);
                if (digit >= 0) {
                    left = left << 4 | digit;
                    if (++digits > SIZE_DIGITS || left < 0) {
                        return bad("chunk size that overflows");
                    }
                    return true;
                }
                if (digits == 0) {
                    return bad("chunk size that is not hexadecimal");
                }
                return afterSize(b);
            }
            case SPACE -> {
                if (b == ' ' || b == '\t') {
                    return extension();
                }
                return b == ';' ? afterSize(b) : bad("chunk size that is not plain hexadecimal");
            }
            case EXTENSION -> {
                if (b == '\r') {
                    state = State.SIZE_LF;
                    return true;
                }
                return b >= 0 && b < ' ' && b != '\t' || b == 127 ? bad("malformed chunk extension") : extension();
            }
            case SIZE_LF -> {
                if (b != '\n') {
                    return bad("bare CR behind a chunk size");
                }
                state = left == 0 ? State.TRAILERS : State.DATA;
                digits = 0;
                return true;
            }
            case DATA_CR -> {
                state = State.DATA_LF;
                return b == '\r' || bad("chunk longer than its size");
            }
            case DATA_LF -> {
                state = State.SIZE;
                left = 0;
                return b == '\n' || bad("chunk longer than its size");
            }
            case DATA, TRAILERS -> throw new IllegalStateException("no framing in state " + state);
        }
        return false;
    }

    private boolean afterSize(byte b) {
        switch (b) {
            case '\r' -> state = State.SIZE_LF;
            case ';' -> state = State.EXTENSION;
            case ' ', '\t' -> state = State.SPACE;
            default -> {
                return bad("chunk size that is not plain hexadecimal");
            }
        }
        return b == '\r' || extension();
    }

    private boolean extension() {
        return ++extensionBytes - contentBytes <= EXTENSION_MOST || bad("chunk extensions that are too long");
    }

    private Step trailer(byte b) {
        if (trailerLength == TRAILER_BYTES) {
            bad("trailers of more than " + TRAILER_BYTES + " bytes");
            return Step.BAD;
        }
        if (trailerLength == trailerBytes.length) {
            trailerBytes = Arrays.copyOf(trailerBytes, Math.max(2, trailerLength * 4));
        }
        trailerBytes[trailerLength++] = b;
        if (b != '\n') {
            return Step.MORE;
        }
        if (trailerLength == 2 && trailerBytes[0] == '\r') {
            return Step.END;
        }
        Fields fields = new Fields();
        int end = fields.scan(trailerBytes, 0, trailerLength, TRAILER_FIELDS);
        if (end == Fields.MORE) {
            return Step.MORE;
        }
        if (end < 0) {
            bad(end == Fields.TOO_MANY ? "more than " + TRAILER_FIELDS + " trailers" : fields.problem);
            return Step.BAD;
        }
        dropWhatIsNoTrailer(fields);
        trailers = fields.headers(trailerBytes);
        return Step.END;
    }

    /** Fields that frame, route or authenticate may not come late (RFC 9110 §6.5.1). */
    private void dropWhatIsNoTrailer(Fields fields) {
        for (int field = 0; field < fields.count; field++) {
            int from = fields.name(field);
            int to = fields.colon(field);
            if (Known.of(trailerBytes, from, to, fields.hash(field)) != null
                    || Bytes.same(trailerBytes, from, to, "authorization")
                    || Bytes.same(trailerBytes, from, to, "trailer")
                    || Bytes.same(trailerBytes, from, to, "set-cookie")) {
                fields.kinds[field] = Line.DROPPED;
            }
        }
    }

    private boolean bad(String what) {
        problem = what;
        return false;
    }
}
