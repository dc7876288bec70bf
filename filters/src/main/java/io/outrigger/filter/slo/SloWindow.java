package io.outrigger.filter.slo;

import java.time.Duration;

/** The times over which a promise is looked at (Google, The Site Reliability Workbook, chapter 5). Immutable. */
public enum SloWindow {
    FIVE_MINUTES("5m", Duration.ofMinutes(5)),
    HALF_AN_HOUR("30m", Duration.ofMinutes(30)),
    HOUR("1h", Duration.ofHours(1)),
    TWO_HOURS("2h", Duration.ofHours(2)),
    SIX_HOURS("6h", Duration.ofHours(6)),
    DAY("1d", Duration.ofDays(1)),
    THREE_DAYS("3d", Duration.ofDays(3));

    private final String label;
    private final Duration length;

    SloWindow(String label, Duration length) {
        this.label = label;
        this.length = length;
    }

    /** As Prometheus writes it. */
    public String label() {
        return label;
    }

    public Duration length() {
        return length;
    }
}
