package io.outrigger.filter.idempotency;

import io.outrigger.exchange.Loop;
import java.util.function.Consumer;

/** Lets a key be claimed, and then hears nothing of its owner any more. */
final class DyingStore implements KeyStore {
    private final KeyStore store;

    DyingStore(KeyStore store) {
        this.store = store;
    }

    @Override
    public Digests digests() {
        return Digests.OWN;
    }

    @Override
    public void claim(Claim claim, Loop loop, Consumer<? super Found> then) {
        store.claim(claim, loop, then);
    }

    @Override
    public void renew(Claim claim, Loop loop, Consumer<? super Written> then) {
        then.accept(Written.LOST);
    }

    @Override
    public void finish(Claim claim, Ending ending, Loop loop, Consumer<? super Written> then) {
        then.accept(Written.LOST);
    }

    @Override
    public Loop.Timer watch(KeyId id, Loop loop, Runnable then) {
        return store.watch(id, loop, then);
    }

    @Override
    public void look(Digest place, Loop loop, Consumer<? super Seen> then) {
        store.look(place, loop, then);
    }

    @Override
    public void release(Digest place, Loop loop, Consumer<? super Seen> then) {
        store.release(place, loop, then);
    }
}
