package io.outrigger.admin;

import java.util.Locale;

/** The formats in which metrics can be had. Immutable. */
enum MetricsFormat {
    /** What Prometheus has always read. */
    TEXT("text/plain; version=0.0.4; charset=utf-8", "text/plain"),
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8", "application/openmetrics-text");

    private final String type;
    private final String range; // without parameters

    MetricsFormat(String type, String range) {
        this.type = type;
        this.range = range;
    }

    /** The media type of an answer. */
    String type() {
        return type;
    }

    /**
     * The format that a header Accept (RFC 9110 §12.5.1) prefers. OpenMetrics only where it is asked for by name: a
     * browser and curl, which take anything, get text.
     */
    static MetricsFormat of(String accept) {
        double open = 0;
        double text = 0;
        for (String part : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] range = part.split(";", -1);
            String name = range[0].strip();
            if (name.equals(OPEN_METRICS.range)) {
                open = Math.max(open, quality(range));
            } else if (name.equals(TEXT.range)) {
                text = Math.max(text, quality(range));
            }
        }
        return open > 0 && open >= text ? OPEN_METRICS : TEXT;
    }

    private static double quality(String[] range) {
        for (int i = 1; i < range.length; i++) {
            String parameter = range[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
