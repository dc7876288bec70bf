package io.outrigger.metrics;

import java.util.function.DoubleSupplier;

/**
 * Shows a value that is kept elsewhere and asked for when metrics are scraped. Shared by all loops.
 *
 * @param source asked on the scraping thread: it must not wait, nor touch what is confined to a loop
 */
public record Reading(DoubleSupplier source) implements Series {
    public double value() {
        return source.getAsDouble();
    }
}
