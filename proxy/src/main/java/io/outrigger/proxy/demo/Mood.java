package io.outrigger.proxy.demo;

import java.util.Locale;

/** How a flaky server answers, for a while. Immutable. */
public enum Mood {
    HEALTHY("answers at once"),
    SLOW("takes two seconds for each answer"),
    FAILING("answers 500 and 503 in turn"),
    RESETTING("reads each request, then resets the connection"),
    REFUSING("refuses connections");

    private final String means;

    Mood(String means) {
        this.means = means;
    }

    /** What a server in this mood does. */
    public String means() {
        return means;
    }

    Mood next() {
        return values()[(ordinal() + 1) % values().length];
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
