package io.outrigger.config;

import java.math.BigDecimal;

/** A part of a whole, written in percent: {@code 20%}, {@code 99.9%}. Immutable. */
public record Share(double percent) implements Comparable<Share> {
    public Share {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("share: " + percent + "% (expected: 0% to 100%)");
        }
    }

    /** 0 to 1: of 99.9 % what is written 0.999, of which a mere division would miss the last digit. */
    public double fraction() {
        return Math.rint(percent * 1e10) / 1e12;
    }

    @Override
    public int compareTo(Share other) {
        return Double.compare(percent, other.percent);
    }

    @Override
    public String toString() {
        long whole = (long) percent;
        return whole == percent ? whole + "%" : BigDecimal.valueOf(percent).toPlainString() + "%";
    }
}
