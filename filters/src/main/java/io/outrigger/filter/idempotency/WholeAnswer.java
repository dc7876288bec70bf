package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A response that is complete and about to be kept. Its body is there only while a store is told of it: who needs it
 * later copies it before that call returns. Confined to one loop.
 */
public final class WholeAnswer {
    private static final int LARGE = 16 * 1024; // bytes

    private final int status;
    private final Headers fields;
    private final ByteBuf body;
    private final Headers trailers;
    private @Nullable KeptAnswer kept; // null until somebody asks for a copy

    /** @param body is read from its reader index on, and stays with the caller */
    public WholeAnswer(int status, Headers fields, ByteBuf body, Headers trailers) {
        this.status = status;
        this.fields = fields;
        this.body = body;
        this.trailers = trailers;
    }

    /** A copy, which the first call makes. */
    public KeptAnswer kept() {
        if (kept == null) {
            kept = KeptAnswer.of(status, fields, body, trailers);
        }
        return kept;
    }

    /** Whether copying it takes so long that nobody should wait for that. */
    boolean isLarge() {
        return body.readableBytes() >= LARGE;
    }

    ByteBuf body() {
        return body;
    }

    /** Writes all but the body, and tells how many bytes it is with that. */
    int write(Row row) {
        int content = body.readableBytes();
        row.write(KeptAnswer.FORM, status, fields, content, trailers);
        return row.length() + content;
    }
}
