package io.outrigger.config.key;

import org.jspecify.annotations.Nullable;

/** The variables that a file may name; {@code System::getenv} in earnest, {@code map::get} in tests. */
@FunctionalInterface
public interface Environment {
    Environment EMPTY = name -> null;

    @Nullable
    String get(String name);
}
