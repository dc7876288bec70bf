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
    private final byte[] bytes;
    private final int[] index; // see Fields
    private final Line[] kinds;

    FlatHeaders(byte[] bytes, int[] index, Line[] kinds) {
        this.bytes = bytes;
        this.index = index;
        this.kinds = kinds;
    }

    /** The bytes that {@link #copyTo} needs at most. */
    int size() {
        int fields = kinds.length;
        return fields == 0 ? 0 : index[(fields - 1) * Fields.WIDTH + 2] + 2 - index[0];
    }

    /** Copies the lines that are kept, each with its line end, and tells where the next byte would go. */
    int copyTo(byte[] into, int at) {
        int next = at;
        int run = -1; // where the lines begin that are still to be copied
        int end = 0;
        for (int field = 0; field < kinds.length; field++) {
            if (kinds[field] == Line.KEPT) {
                if (run < 0) {
                    run = index[field * Fields.WIDTH];
                }
                end = index[field * Fields.WIDTH + 2] + 2;
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
        for (int field = 0; field < kinds.length; field++) {
            if (is(field, name)) {
                return value(field);
            }
        }
        return null;
    }

    @Override
    public boolean has(HeaderName name) {
        for (int field = 0; field < kinds.length; field++) {
            if (is(field, name)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public List<String> all(HeaderName name) {
        List<String> values = new ArrayList<>(2);
        for (int field = 0; field < kinds.length; field++) {
            if (is(field, name)) {
                values.add(value(field));
            }
        }
        return values;
    }

    @Override
    public void forEach(BiConsumer<String, String> each) {
        for (int field = 0; field < kinds.length; field++) {
            if (kinds[field] == Line.KEPT) {
                int from = index[field * Fields.WIDTH];
                int colon = index[field * Fields.WIDTH + 1];
                each.accept(new String(bytes, from, colon - from, StandardCharsets.ISO_8859_1), value(field));
            }
        }
    }

    private boolean is(int field, HeaderName name) {
        int at = field * Fields.WIDTH;
        return index[at + 3] == name.hash()
                && kinds[field] != Line.DROPPED
                && index[at + 1] - index[at] == name.length()
                && name.is(bytes, index[at]);
    }

    private String value(int field) {
        int from = index[field * Fields.WIDTH + 1] + 1;
        int to = index[field * Fields.WIDTH + 2];
        while (from < to && (bytes[from] == ' ' || bytes[from] == '\t')) {
            from++;
        }
        while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
            to--;
        }
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
