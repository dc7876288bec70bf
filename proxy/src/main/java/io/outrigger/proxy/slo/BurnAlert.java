package io.outrigger.proxy.slo;

import java.math.BigDecimal;

/**
 * When somebody is told that a budget burns: at this rate over the long window, and over the short one, which ends the
 * alert soon after the cause has gone. Immutable.
 */
enum BurnAlert {
    FAST("14.4", "1h", "5m", "page"), // 2 % of a budget for 30 days in an hour
    STEADY("6", "6h", "30m", "page"), // 5 % in six hours
    SLOW("3", "1d", "2h", "ticket"), // 10 % in a day
    CREEPING("1", "3d", "6h", "ticket"); // 10 % in three days

    private final String rate;
    private final String longer;
    private final String shorter;
    private final String severity;

    BurnAlert(String rate, String longer, String shorter, String severity) {
        this.rate = rate;
        this.longer = longer;
        this.shorter = shorter;
        this.severity = severity;
    }

    BigDecimal rate() {
        return new BigDecimal(rate);
    }

    String longer() {
        return longer;
    }

    String shorter() {
        return shorter;
    }

    String severity() {
        return severity;
    }

    /** Whether the rate can be reached at all where this share may be bad: no more than everything is. */
    boolean canFire(BigDecimal allowed) {
        return rate().multiply(allowed).compareTo(BigDecimal.ONE) <= 0;
    }
}
