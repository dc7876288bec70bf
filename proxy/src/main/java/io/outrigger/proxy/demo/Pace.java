package io.outrigger.proxy.demo;

import java.time.Duration;

/**
 * How fast things happen. Immutable.
 *
 * @param beat the time between two requests to the same host
 * @param mood how long a mood lasts
 */
public record Pace(Duration beat, Duration mood) {
    public static final Pace USUAL = new Pace(Duration.ofMillis(250), Duration.ofSeconds(8));
}
