package io.outrigger.config.key;

import java.time.Duration;

/** A length of time with its units, the larger first: {@code 250ms}, {@code 1m30s}, {@code 30d}. Immutable. */
public final class Durations extends Ranged<Duration> {
    private static final String[] UNITS = {"d", "h", "m", "s", "ms"};
    private static final long[] MILLIS = {86_400_000, 3_600_000, 60_000, 1_000, 1};

    private static final String PATTERN =
            "^(?=.)(N*d)?(N*h)?(N*m)?(N*s)?(N*ms)?$".replace("N*", "[0-9]+(?:\\.[0-9]+)?");

    private static final long LONGEST = Long.MAX_VALUE / 1_000_000; // that a Duration can tell in nanoseconds

    private final boolean wholeSeconds;

    private Durations(Duration min, Duration max, boolean wholeSeconds) {
        super(min, max);
        this.wholeSeconds = wholeSeconds;
    }

    public static Durations upTo(Duration max) {
        return new Durations(Duration.ofMillis(1), max, false);
    }

    public static Durations fromZeroUpTo(Duration max) {
        return new Durations(Duration.ZERO, max, false);
    }

    /** For windows and intervals, which are counted in buckets of a second. */
    public static Durations wholeSecondsUpTo(Duration max) {
        return new Durations(Duration.ofSeconds(1), max, true);
    }

    @Override
    protected Duration quantity(Written written) throws Unfit {
        String text = written.text();
        long millis = 0;
        int lastUnit = -1;
        int at = 0;
        while (at < text.length()) {
            int number = at;
            while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
                at++;
            }
            int unitAt = at;
            while (at < text.length() && Character.isLetter(text.charAt(at))) {
                at++;
            }
            int unit = indexOf(text.substring(unitAt, at));
            if (unit <= lastUnit || !Quantities.isDecimal(text.substring(number, unitAt))) {
                throw Unfit.far(expected());
            }
            long part = Quantities.times(text.substring(number, unitAt), MILLIS[unit]);
            millis = part > LONGEST - millis ? LONGEST : millis + part;
            lastUnit = unit;
        }
        if (lastUnit < 0) {
            throw Unfit.far(expected());
        }
        return Duration.ofMillis(millis);
    }

    private static int indexOf(String unit) {
        for (int i = 0; i < UNITS.length; i++) {
            if (UNITS[i].equals(unit)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    protected boolean allows(Duration value) {
        return super.allows(value) && (!wholeSeconds || value.toMillis() % 1000 == 0);
    }

    @Override
    protected String text(Duration value) {
        return format(value);
    }

    @Override
    protected String range() {
        return wholeSeconds ? "whole seconds, " + super.range() : super.range();
    }

    @Override
    protected Shape shape() {
        return Shape.text(PATTERN);
    }

    @Override
    public String summary() {
        return "duration, " + range();
    }

    @Override
    public String expected() {
        return "a duration with its unit: ms, s, m, h or d; " + range();
    }

    /** As a file would say it: {@code 1m30s}; days only from two on, because a day is better known as 24h. */
    public static String format(Duration value) {
        long millis = value.toMillis();
        if (millis == 0) {
            return "0s";
        }
        StringBuilder text = new StringBuilder();
        for (int i = millis >= 2 * MILLIS[0] && millis % MILLIS[0] == 0 ? 0 : 1; i < UNITS.length; i++) {
            if (millis >= MILLIS[i]) {
                text.append(millis / MILLIS[i]).append(UNITS[i]);
                millis %= MILLIS[i];
            }
        }
        return text.toString();
    }
}
