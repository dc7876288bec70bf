package io.outrigger.proxy.http1;

import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The fields of an HTTP/1.1 head as the bytes they came in, with an index; sent on by copying runs of lines. Immutable. */
final class FlatHeaders implements Headers {
    private static final int END = (1 << 24) - 1; // heads are smaller than 16 MiB
    private static final int NAME_SHIFT = 24;
    private static final int NAME = (1 << 6) - 1; // the length of the name, or this for one that is longer or as long
    private static final int KIND_SHIFT = 30;
    private static final int KEPT = Line.KEPT.ordinal();
    private static final int DROPPED = Line.DROPPED.ordinal();

    private final byte[] bytes;
    private final int start; // of the first name; each other one begins two bytes behind the end of the line before
    private final int[] index; // a number a field: where its line ends, how long its name is, and the kind of line

    /** Copies the index of a scan. */
    FlatHeaders(byte[] bytes, Fields fields) {
        this.bytes = bytes;
        this.start = fields.count == 0 ? 0 : fields.name(0);
        this.index = new int[fields.count];
        for (int field = 0; field < fields.count; field++) {
            int name = Math.min(fields.colon(field) - fields.name(field), NAME);
            index[field] = fields.end(field) | name << NAME_SHIFT | fields.kinds[field].ordinal() << KIND_SHIFT;
        }
    }

    private int fields() {
        return index.length;
    }

    private int name(int field) {
        return field == 0 ? start : end(field - 1) + 2;
    }

    private int colon(int field) {
        int from = name(field);
        int length = index[field] >>> NAME_SHIFT & NAME;
        if (length == NAME) {
            while (bytes[from + length] != ':') {
                length++;
            }
        }
        return from + length;
    }

    /** Where the CR of the line stands. */
    private int end(int field) {
        return index[field] & END;
    }

    private boolean isKept(int field) {
        return index[field] >>> KIND_SHIFT == KEPT;
    }

    /** The bytes that {@link #copyTo} needs at most. */
    int size() {
        return index.length == 0 ? 0 : end(fields() - 1) + 2 - start;
    }

    /**
     * Copies the lines that are kept, each with its line end, and tells where the next byte would go.
     *
     * @param without the name of fields that are not; null for none
     */
    int copyTo(byte[] into, int at, @Nullable HeaderName without) {
        int next = at;
        int run = -1; // where the lines begin that are still to be copied
        int end = 0;
        for (int field = 0; field < fields(); field++) {
            if (isKept(field) && (without == null || !is(field, without))) {
                if (run < 0) {
                    run = name(field);
                }
                end = end(field) + 2;
            } else if (run >= 0) {
                System.arraycopy(bytes, run, into, next, end - run);
                next += end - run;
                run = -1;
            }
        }
        if (run >= 0) {
            System.arraycopy(bytes, run, into, next, end - run);
            next += end - run;
        }
        return next;
    }

    @Override
    public @Nullable String get(HeaderName name) {
        for (int field = 0; field < fields(); field++) {
            if (is(field, name)) {
                return value(field);
            }
        }
        return null;
    }

    @Override
    public boolean has(HeaderName name) {
        for (int field = 0; field < fields(); field++) {
            if (is(field, name)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public List<String> all(HeaderName name) {
        List<String> values = new ArrayList<>(2);
        for (int field = 0; field < fields(); field++) {
            if (is(field, name)) {
                values.add(value(field));
            }
        }
        return values;
    }

    @Override
    public void forEachValue(HeaderName name, ValueSink each) {
        for (int field = 0; field < fields(); field++) {
            if (is(field, name)) {
                int from = valueFrom(colon(field) + 1, end(field));
                each.value(bytes, from, valueTo(from, end(field)));
            }
        }
    }

    @Override
    public void forEach(BiConsumer<String, String> each) {
        for (int field = 0; field < fields(); field++) {
            if (isKept(field)) {
                int from = name(field);
                String name = new String(bytes, from, colon(field) - from, StandardCharsets.ISO_8859_1);
                each.accept(name, value(field));
            }
        }
    }

    @Override
    public void forEachField(FieldSink each) {
        for (int field = 0; field < fields(); field++) {
            if (isKept(field)) {
                int colon = colon(field);
                int from = valueFrom(colon + 1, end(field));
                each.field(bytes, name(field), colon, from, valueTo(from, end(field)));
            }
        }
    }

    @Override
    public int count(HeaderName name) {
        int count = 0;
        for (int field = 0; field < fields(); field++) {
            if (is(field, name)) {
                count++;
            }
        }
        return count;
    }

    private boolean is(int field, HeaderName name) {
        int from = name(field);
        return colon(field) - from == name.length() && name.is(bytes, from) && index[field] >>> KIND_SHIFT != DROPPED;
    }

    private String value(int field) {
        int from = valueFrom(colon(field) + 1, end(field));
        return new String(bytes, from, valueTo(from, end(field)) - from, StandardCharsets.ISO_8859_1);
    }

    private int valueFrom(int from, int to) {
        int at = from;
        while (at < to && isSpace(bytes[at])) {
            at++;
        }
        return at;
    }

    private int valueTo(int from, int to) {
        int at = to;
        while (at > from && isSpace(bytes[at - 1])) {
            at--;
        }
        return at;
    }

    private static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\t';
    }
}
