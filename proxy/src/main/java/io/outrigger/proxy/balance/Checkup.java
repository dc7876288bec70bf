package io.outrigger.proxy.balance;

import io.outrigger.config.HealthCheckConfig;

/**
 * What the health checks of an endpoint have said so far. Immutable.
 *
 * @param healthy what they have agreed on; true until they say something else
 * @param row how many of the last ones in a row said the contrary
 * @param last what came of the last one, for people: {@code status 200}; empty before the first
 * @param lastNanos when that was
 */
public record Checkup(boolean healthy, int row, String last, long lastNanos) {
    /** That of an endpoint that has not been checked. */
    public static final Checkup NONE = new Checkup(true, 0, "", 0);

    /** With one more that went so. */
    public Checkup with(boolean good, String what, HealthCheckConfig config, long now) {
        int contrary = good == healthy ? 0 : row + 1;
        boolean turned = contrary >= (good ? config.healthyAfter() : config.unhealthyAfter());
        return turned && contrary > 0 ? new Checkup(good, 0, what, now) : new Checkup(healthy, contrary, what, now);
    }
}
