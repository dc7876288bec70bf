package io.outrigger.config.key;

/** A value that its record does not take; the key is that of the record's own mapping. */
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

    public String key() {
        return key;
    }

    public String complaint() {
        return complaint;
    }
}
