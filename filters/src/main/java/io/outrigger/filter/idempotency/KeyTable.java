package io.outrigger.filter.idempotency;

import io.outrigger.exchange.BufferBudget;
import io.outrigger.filter.idempotency.Claim.Lost;
import io.outrigger.filter.idempotency.Seen.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a {@link MemoryKeyStore}, which outlive it when its configuration changes. Guarded by itself; each step
 * takes about a microsecond, but for those of operators, and calls nobody but an answer that is to be kept, for its bytes.
 * Shared by all loops.
 *
 * <p>Entries stand in two rows, both in the order in which they changed last: the answered ones, of which the first is
 * given up when there is no room, and the others, which nobody may give up. What is over is found at their beginning.
 */
public final class KeyTable {
    /** What an entry takes without its answer: itself, its three digests and its place in a map. */
    static final int ENTRY_BYTES = 320;

    private static final Found IN_FLIGHT = new Found.InFlight();
    private static final Found MISMATCH = new Found.Mismatch();
    private static final Found FIRST = new Found.Owned(false);
    private static final Found AGAIN = new Found.Owned(true);

    private static final BufferBudget NO_LIMIT = new BufferBudget(Long.MAX_VALUE);

    private final AnswerLog answered = new AnswerLog();
    private final Map<KeyId, Entry> others = new LinkedHashMap<>(); // in flight or unknown
    private BufferBudget heap; // of all tables together
    private long bytes;
    private long forgotten; // answers that were given up before their time

    /** @param heap what all tables of the process may take together */
    public KeyTable(BufferBudget heap) {
        this.heap = heap;
    }

    /** Gives up everything: its route is gone. What requests that are still under way leave here is not counted. */
    public synchronized void end() {
        heap.giveBack(bytes);
        heap = NO_LIMIT;
        answered.clear();
        others.clear();
        bytes = 0;
    }

    /** How many answers were given up before their time, to make room. */
    public synchronized long forgotten() {
        return forgotten;
    }

    /** How many keys there are. */
    public synchronized int keys() {
        return answered.keys() + others.size();
    }

    /** What they take. */
    public synchronized long bytes() {
        return bytes;
    }

    synchronized Found claim(Claim claim, long maxBytes, long now) {
        dropOver(now);
        Entry entry = find(claim.id(), now);
        if (entry == null) {
            long answer = findAnswer(claim.id(), now);
            if (answer == AnswerLog.NONE) {
                return makeRoom(ENTRY_BYTES, maxBytes) ? begin(claim, now) : full(maxBytes);
            }
            return answered.hasFingerprint(answer, claim.fingerprint())
                    ? new Found.Answered(answered.answer(answer))
                    : MISMATCH;
        }
        if (entry.token == claim.token()) {
            return owned(entry, claim, entry.again, now);
        }
        State state = entry.state(now);
        if (state == State.UNKNOWN && claim.lost() == Lost.FORGET) {
            return owned(entry, claim, false, now);
        }
        if (!entry.fingerprint.equals(claim.fingerprint())) {
            return MISMATCH;
        }
        if (state == State.IN_FLIGHT) {
            return IN_FLIGHT;
        }
        return claim.lost() == Lost.AGAIN ? owned(entry, claim, true, now) : new Found.Unknown(entry.loss());
    }

    synchronized Written renew(Claim claim, long now) {
        Entry entry = owner(claim, now);
        if (entry == null) {
            return Written.LOST;
        }
        entry.renew(claim, now);
        toTheEnd(entry);
        return Written.DONE;
    }

    synchronized Finished finish(Claim claim, Ending ending, long maxBytes, long now) {
        Entry entry = owner(claim, now);
        if (entry == null) {
            return Finished.LOST;
        }
        switch (ending) {
            case Ending.Forgotten() -> remove(entry);
            case Ending.Unknown(Loss why) -> unknown(entry, claim, why, now);
            case Ending.Answered(WholeAnswer answer) -> {
                if (!makeRoom(answered.read(answer), maxBytes)) {
                    unknown(entry, claim, Loss.NO_ROOM, now);
                    return new Finished(Written.FULL, entry.takeWatches());
                }
                answered.add(entry.id, entry.fingerprint, now + claim.keepFor().toNanos(), answer);
                others.remove(entry.id);
            }
        }
        Set<Watch> awake = entry.takeWatches();
        return awake.isEmpty() ? Finished.DONE : new Finished(Written.DONE, awake);
    }

    /**
     * What became of the end of a claim. Immutable.
     *
     * @param awake those who have to be told
     */
    record Finished(Written written, Set<Watch> awake) {
        static final Finished DONE = new Finished(Written.DONE, Set.of());
        static final Finished LOST = new Finished(Written.LOST, Set.of());
    }

    /** Has one be told when the key is in flight no more; tells how long its lease is, 0 where it is not in flight. */
    synchronized long watch(KeyId id, Watch watch, long now) {
        Entry entry = find(id, now);
        if (entry == null || entry.state(now) != State.IN_FLIGHT) {
            return 0;
        }
        entry.add(watch);
        return entry.leaseNanos(now);
    }

    synchronized void unwatch(KeyId id, Watch watch) {
        Entry entry = others.get(id);
        if (entry != null) {
            entry.remove(watch);
        }
    }

    synchronized Seen look(Digest place, long now) {
        List<Seen.Entry> all = new ArrayList<>();
        answered.forEach(at -> {
            if (answered.hasPlace(at, place) && !isOver(at, now)) {
                long left = Entry.millis(answered.overNanos(at) - now);
                all.add(new Seen.Entry(answered.caller(at), State.ANSWERED, answered.status(at), left));
            }
        });
        at(place, now).forEach(entry -> all.add(entry.seen(now)));
        return Seen.of(all);
    }

    /** @param awake is given those who have to be told */
    synchronized Seen release(Digest place, long now, List<Watch> awake) {
        Seen before = look(place, now);
        for (Entry entry : at(place, now)) {
            if (entry.state(now) == State.UNKNOWN) {
                awake.addAll(entry.takeWatches());
                remove(entry);
            }
        }
        return before;
    }

    // ---- inner workings

    private Found begin(Claim claim, long now) {
        Entry entry = new Entry(claim.id(), claim.fingerprint());
        entry.own(claim, false, now);
        others.put(entry.id, entry);
        return FIRST;
    }

    private Found owned(Entry entry, Claim claim, boolean sentBefore, long now) {
        entry.own(claim, sentBefore, now);
        toTheEnd(entry);
        return sentBefore ? AGAIN : FIRST;
    }

    private void unknown(Entry entry, Claim claim, Loss why, long now) {
        entry.lose(claim, why, now);
        toTheEnd(entry);
    }

    private Found full(long maxBytes) {
        String why = bytes + ENTRY_BYTES > maxBytes
                ? "the store is full of keys without an answer (memory.maxBytes: " + maxBytes + ")"
                : "all stores together have used up their half of the heap";
        return new Found.Failed(why);
    }

    private void toTheEnd(Entry entry) {
        others.remove(entry.id);
        others.put(entry.id, entry);
    }

    /** The entry of a key that is neither answered nor over; null where there is none. */
    private @Nullable Entry find(KeyId id, long now) {
        Entry entry = others.get(id);
        if (entry != null && entry.over(now)) {
            remove(entry);
            return null;
        }
        return entry;
    }

    /** Where the answer of a key stands that is not over. */
    private long findAnswer(KeyId id, long now) {
        long at = answered.find(id);
        if (at != AnswerLog.NONE && isOver(at, now)) {
            removeAnswer(at);
            return AnswerLog.NONE;
        }
        return at;
    }

    private boolean isOver(long answer, long now) {
        return now - answered.overNanos(answer) >= 0;
    }

    private @Nullable Entry owner(Claim claim, long now) {
        Entry entry = find(claim.id(), now);
        return entry != null && entry.token == claim.token() ? entry : null;
    }

    private List<Entry> at(Digest place, long now) {
        return others.values().stream()
                .filter(entry -> entry.id.place().equals(place) && !entry.over(now))
                .toList();
    }

    /** Takes so much more, for which it gives up answers, the oldest first; tells whether that was enough. */
    private boolean makeRoom(long more, long maxBytes) {
        if (more + others.size() * (long) ENTRY_BYTES > maxBytes) {
            return false; // giving up all of them would not be enough
        }
        while (bytes + more > maxBytes || !heap.tryTake(more)) {
            long oldest = answered.oldest();
            if (oldest == AnswerLog.NONE) {
                return false;
            }
            removeAnswer(oldest);
            forgotten++;
        }
        bytes += more;
        return true;
    }

    private void dropOver(long now) {
        for (long at = answered.oldest(); at != AnswerLog.NONE && isOver(at, now); at = answered.oldest()) {
            removeAnswer(at);
        }
        while (!others.isEmpty()) {
            Entry first = others.values().iterator().next();
            if (!first.over(now)) {
                return;
            }
            remove(first);
        }
    }

    private void remove(Entry entry) {
        others.remove(entry.id);
        free(ENTRY_BYTES);
    }

    private void removeAnswer(long at) {
        long taken = answered.cost(at) + answered.holes();
        answered.remove(at);
        free(taken - answered.holes()); // nothing, where an older one keeps the place
    }

    private void free(long size) {
        bytes -= size;
        heap.giveBack(size);
    }
}
