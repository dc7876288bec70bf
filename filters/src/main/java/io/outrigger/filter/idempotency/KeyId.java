package io.outrigger.filter.idempotency;

import org.jspecify.annotations.Nullable;

/**
 * What a key is known by in a store. Immutable.
 *
 * @param place of the route and the key, so that an operator finds it without the secrets of a caller
 * @param caller of the values of the headers of {@code scope}, so that nobody finds another's key
 */
public record KeyId(Digest place, Digest caller) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyId that && place.equals(that.place) && caller.equals(that.caller);
    }

    @Override
    public int hashCode() {
        return 31 * place.hashCode() + caller.hashCode();
    }
}
