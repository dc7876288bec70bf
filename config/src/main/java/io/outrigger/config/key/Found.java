package io.outrigger.config.key;

import org.jspecify.annotations.Nullable;

/**
 * A value as it was read, and how the effective configuration shows it: as text, number, truth value, list or map;
 * what came from the environment as the text that named it. Immutable.
 *
 * @param shown null when the key is absent and its absence needs no word
 */
public record Found<T>(T value, @Nullable Object shown) {}
