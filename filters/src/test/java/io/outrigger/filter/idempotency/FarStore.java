package io.outrigger.filter.idempotency;

import io.outrigger.exchange.Loop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/** A store that does and tells everything when the test says so, if it can be asked at all. Confined to one loop. */
final class FarStore implements KeyStore {
    private final KeyStore store;
    private final Queue<Runnable> asked = new ArrayDeque<>();
    boolean down; // whether it hears nothing
    boolean losesAnswers; // whether it does what it is asked, and nobody hears of it

    FarStore(KeyStore store) {
        this.store = store;
    }

    /** Everything that it has been asked by now. */
    void answerAll() {
        for (int left = asked.size(); left > 0; left--) {
            asked.remove().run();
        }
    }

    /** Forgets what it has been asked. */
    void hold() {
        asked.clear();
    }

    int asked() {
        return asked.size();
    }

    @Override
    public Digests digests() {
        return Digests.OWN;
    }

    @Override
    public void claim(Claim claim, Loop loop, Consumer<? super Found> then) {
        asked.add(() -> {
            if (down) {
                then.accept(new Found.Failed("by the test"));
            } else {
                store.claim(claim, loop, found -> then.accept(losesAnswers ? new Found.Failed("by the test") : found));
            }
        });
    }

    @Override
    public void renew(Claim claim, Loop loop, Consumer<? super Written> then) {
        asked.add(() -> {
            if (down) {
                then.accept(Written.FAILED);
            } else {
                store.renew(claim, loop, then);
            }
        });
    }

    @Override
    public void finish(Claim claim, Ending ending, Loop loop, Consumer<? super Written> then) {
        asked.add(() -> {
            if (down) {
                then.accept(Written.FAILED);
            } else {
                store.finish(claim, ending, loop, then);
            }
        });
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
