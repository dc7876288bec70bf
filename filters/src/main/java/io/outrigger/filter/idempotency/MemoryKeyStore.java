package io.outrigger.filter.idempotency;

import io.outrigger.exchange.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Remembers keys within the process: what is known ends with it. Tells everything before its methods return, but for
 * what one watches. Shared by all loops.
 */
public final class MemoryKeyStore implements KeyStore {
    private final KeyTable table;
    private final long maxBytes;

    /** @param maxBytes what keys and answers may take */
    public MemoryKeyStore(KeyTable table, long maxBytes) {
        this.table = table;
        Digests.OWN.own(); // which draws the secret, if nobody has yet: not on a loop
        this.maxBytes = maxBytes;
    }

    @Override
    public Digests digests() {
        return Digests.OWN;
    }

    @Override
    public void claim(Claim claim, Loop loop, Consumer<? super Found> then) {
        then.accept(table.claim(claim, maxBytes, loop.nanoTime()));
    }

    @Override
    public void renew(Claim claim, Loop loop, Consumer<? super Written> then) {
        then.accept(table.renew(claim, loop.nanoTime()));
    }

    @Override
    public void finish(Claim claim, Ending ending, Loop loop, Consumer<? super Written> then) {
        if (ending instanceof Ending.Answered(WholeAnswer answer) && answer.isLarge()) {
            answer.kept(); // copied before the table is locked
        }
        KeyTable.Finished finished = table.finish(claim, ending, maxBytes, loop.nanoTime());
        if (!finished.awake().isEmpty()) {
            finished.awake().forEach(Watch::wake);
        }
        then.accept(finished.written());
    }

    @Override
    public Loop.Timer watch(KeyId id, Loop loop, Runnable then) {
        Watch watch = new Watch(table, id, loop, then);
        watch.begin();
        return watch;
    }

    @Override
    public void look(Digest place, Loop loop, Consumer<? super Seen> then) {
        then.accept(table.look(place, loop.nanoTime()));
    }

    @Override
    public void release(Digest place, Loop loop, Consumer<? super Seen> then) {
        List<Watch> awake = new ArrayList<>(0);
        Seen before = table.release(place, loop.nanoTime(), awake);
        awake.forEach(Watch::wake);
        then.accept(before);
    }
}
