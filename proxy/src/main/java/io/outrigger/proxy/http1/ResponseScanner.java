package io.outrigger.proxy.http1;

import io.outrigger.exchange.Failure;
import java.util.Arrays;

/**
 * Reads the head of a response in one pass, as strictly as that of a request (RFC 9112 §4 to §6). One per loop, used
 * for one head after the other. Confined to one loop.
 */
public final class ResponseScanner extends HeadScanner<ResponseHead> {
    private static final int STATUS_LINE = 12; // HTTP/1.1 200

    private final ResponseHead head = new ResponseHead();

    @Override
    void read(byte[] bytes, int to, HeadLimits limits) {
        if (!statusLineBegins(bytes, Math.min(to, STATUS_LINE))) {
            refuse("malformed status line");
            return;
        }
        if (to <= STATUS_LINE + 1) {
            return;
        }
        int end = Bytes.control(bytes, STATUS_LINE, to);
        while (end < to && bytes[end] == '\t') {
            end = Bytes.control(bytes, end + 1, to);
        }
        if (bytes[STATUS_LINE] != ' ' && end != STATUS_LINE
                || end < to && (bytes[end] != '\r' || end + 1 < to && bytes[end + 1] != '\n')) {
            refuse("malformed status line");
            return;
        }
        if (end + 1 >= to) {
            incomplete(to, limits);
            return;
        }
        int status = 100 * (bytes[9] - '0') + 10 * (bytes[10] - '0') + bytes[11] - '0';
        if (status < 100 || status > 599) {
            refuse("status " + status + " (expected: 100 to 599)");
            return;
        }
        int after = fields.scan(bytes, end + 2, to, limits.fields());
        switch (after) {
            case Fields.MORE -> incomplete(to, limits);
            case Fields.TOO_MANY -> refuse("more than " + limits.fields() + " fields");
            case Fields.BAD -> refuse(fields.problem);
            default -> {
                if (after > limits.headBytes()) {
                    refuse("head of more than " + limits.headBytes() + " bytes");
                } else {
                    complete(Arrays.copyOf(bytes, after), status, bytes[7] == '0' ? 0 : 1);
                }
            }
        }
    }

    private void complete(byte[] bytes, int status, int minor) {
        known.read(bytes, fields, false);
        if (known.problem != null) {
            refuse(known.problem);
        } else if (known.unknownCoding) {
            refuse("transfer coding other than chunked");
        } else if (known.chunked && minor == 0) {
            refuse("Transfer-Encoding in HTTP/1.0");
        } else {
            boolean bare = status < 200 || status == 204;
            if (bare && known.contentLength >= 0) {
                dropLength(bytes);
            }
            boolean ambiguous = bare && (known.contentLength > 0 || known.chunked); // there may be content all the same
            ResponseHead whole = head.of(
                    status,
                    fields.headers(bytes),
                    known.contentLength,
                    known.chunked,
                    known.persistent(minor) && !ambiguous,
                    known.upgrade >= 0 && known.upgradeNamed ? known.value(bytes, fields, known.upgrade) : null);
            found(whole, bytes.length);
        }
    }

    /** Where there is never content there is no length of it (RFC 9110 §8.6); a client could wait for it. */
    private void dropLength(byte[] bytes) {
        for (int field = 0; field < fields.count; field++) {
            if (Known.of(bytes, fields.name(field), fields.colon(field), fields.hash(field)) == Known.CONTENT_LENGTH) {
                fields.kinds[field] = Line.DROPPED;
            }
        }
    }

    private void incomplete(int to, HeadLimits limits) {
        if (to >= limits.headBytes()) {
            refuse("head of more than " + limits.headBytes() + " bytes");
        }
    }

    private void refuse(String detail) {
        refuse(Failure.Kind.BAD_RESPONSE, detail);
    }

    private static boolean statusLineBegins(byte[] bytes, int to) {
        String pattern = "HTTP/1.v ddd";
        for (int i = 0; i < to; i++) {
            char expected = pattern.charAt(i);
            boolean good =
                    switch (expected) {
                        case 'v' -> bytes[i] == '0' || bytes[i] == '1';
                        case 'd' -> Bytes.digit(bytes[i]);
                        default -> bytes[i] == expected;
                    };
            if (!good) {
                return false;
            }
        }
        return true;
    }
}
