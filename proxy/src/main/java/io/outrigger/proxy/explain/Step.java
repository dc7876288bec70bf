package io.outrigger.proxy.explain;

import io.outrigger.config.Effective;
import org.jspecify.annotations.Nullable;

/**
 * Something that would happen to a request, with the settings that say how. Immutable.
 *
 * @param by the filter, or whatever else does it
 * @param settings from the effective configuration; null when there are none
 */
public record Step(String by, String does, @Nullable Object settings) {
    static Step of(String by, String does) {
        return new Step(by, does, null);
    }

    @Override
    public String toString() {
        return by + ": " + does + (settings == null ? "" : " " + Effective.inOneLine(settings));
    }
}
