package io.outrigger.config.key;

import java.util.List;
import java.util.stream.Stream;

/** A value that its record does not take, or several; the key is that of the record's own mapping. */
public final class Rejected extends IllegalArgumentException {
    private static final long serialVersionUID = 1;
    private final String key;
    private final String complaint;

    /** The key may be empty: then the mapping as a whole is meant. */
    public Rejected(String key, String value, String expected) {
        super((key.isEmpty() ? "" : key + ": ") + value + " (expected: " + expected + ")");
        this.key = key;
        this.complaint = value + " (expected: " + expected + ")";
    }

    public static void unless(boolean fine, String key, Object value, String expected) {
        if (!fine) {
            throw new Rejected(key, String.valueOf(value), expected);
        }
    }

    /** All of them at once; none is fine. */
    public static void unlessNone(List<Rejected> all) {
        if (!all.isEmpty()) {
            Rejected first = all.getFirst();
            all.subList(1, all.size()).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** This one and those that were found together with it, in their order. */
    List<Rejected> all() {
        return Stream.concat(
                        Stream.of(this),
                        Stream.of(getSuppressed())
                                .filter(Rejected.class::isInstance)
                                .map(Rejected.class::cast))
                .toList();
    }

    public String key() {
        return key;
    }

    public String complaint() {
        return complaint;
    }
}
