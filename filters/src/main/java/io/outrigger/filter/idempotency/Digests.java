package io.outrigger.filter.idempotency;

import java.util.function.Supplier;

/** By which digests a store knows keys, callers and requests. Shared by all loops. */
public enum Digests {
    /** SHA-256: the same in each process. */
    SHARED(Sha256Hasher::new),
    /** With a secret of this process, and of 128 bits: those of two processes have nothing to do with each other. */
    OWN(KeyedHasher::new);

    private final Supplier<Hasher> make;
    private final ThreadLocal<Hasher> ofThread;

    Digests(Supplier<Hasher> make) {
        this.make = make;
        this.ofThread = ThreadLocal.withInitial(make);
    }

    /** The one that all requests of this thread take turns with, begun anew. */
    Hasher begin() {
        Hasher hasher = ofThread.get();
        hasher.begin();
        return hasher;
    }

    /** One for a request alone, begun. */
    Hasher own() {
        Hasher hasher = make.get();
        hasher.begin();
        return hasher;
    }
}
