package io.outrigger.filter.idempotency;

import io.outrigger.exchange.BufferBudget;
import io.outrigger.filter.idempotency.Claim.Lost;
import io.outrigger.filter.idempotency.Seen.State;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a {@link MemoryKeyStore}, which outlive it when its configuration changes. Guarded by itself; each step
 * takes well under a microsecond, but for those of operators, and calls nobody. Shared by all loops.
 *
 * <p>Entries stand in two rows, both in the order in which they changed last: the answered ones, of which the first is
 * given up when there is no room, and the others, which nobody may give up. What is over is found at their beginning.
 */
public final class KeyTable {
    /** What an entry takes without its answer: itself, its three digests and its place in a map. */
    static final int ENTRY_BYTES = 320;

    private static final Found IN_FLIGHT = new Found.InFlight();
    private static final Found UNKNOWN = new Found.Unknown();
    private static final Found MISMATCH = new Found.Mismatch();
    private static final Found FIRST = new Found.Owned(false);
    private static final Found AGAIN = new Found.Owned(true);

    private static final BufferBudget NO_LIMIT = new BufferBudget(Long.MAX_VALUE);

    private final Map<KeyId, Entry> answered = new LinkedHashMap<>();
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
        return answered.size() + others.size();
    }

    /** What they take. */
    public synchronized long bytes() {
        return bytes;
    }

    synchronized Found claim(Claim claim, long maxBytes, long now) {
        dropOver(now);
        Entry entry = find(claim.id(), now);
        if (entry == null) {
            return makeRoom(ENTRY_BYTES, maxBytes) ? begin(claim, now) : full(maxBytes);
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
        KeptAnswer answer = entry.answer;
        if (answer != null) {
            return new Found.Answered(answer);
        }
        if (state == State.IN_FLIGHT) {
            return IN_FLIGHT;
        }
        return claim.lost() == Lost.AGAIN ? owned(entry, claim, true, now) : UNKNOWN;
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

    /** @param awake is given those who have to be told */
    synchronized Written finish(Claim claim, Ending ending, long maxBytes, long now, List<Watch> awake) {
        Entry entry = owner(claim, now);
        if (entry == null) {
            return Written.LOST;
        }
        awake.addAll(entry.takeWatches());
        switch (ending) {
            case Ending.Forgotten() -> remove(entry);
            case Ending.Unknown() -> unknown(entry, claim, now);
            case Ending.Answered(KeptAnswer answer) -> {
                if (!makeRoom(answer.bytes().length, maxBytes)) {
                    unknown(entry, claim, now);
                    return Written.FULL;
                }
                entry.finish(claim, answer, now);
                others.remove(entry.id);
                answered.put(entry.id, entry);
            }
        }
        return Written.DONE;
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
        return Seen.of(at(place, now).stream().map(entry -> entry.seen(now)).toList());
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
        return owned(new Entry(claim.id(), claim.fingerprint()), claim, false, now);
    }

    private Found owned(Entry entry, Claim claim, boolean sentBefore, long now) {
        entry.own(claim, sentBefore, now);
        toTheEnd(entry);
        return sentBefore ? AGAIN : FIRST;
    }

    private void unknown(Entry entry, Claim claim, long now) {
        entry.finish(claim, null, now);
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

    /** The entry of a key that is not over; null where there is none. */
    private @Nullable Entry find(KeyId id, long now) {
        Entry entry = others.get(id);
        if (entry == null) {
            entry = answered.get(id);
        }
        if (entry != null && entry.over(now)) {
            remove(entry);
            return null;
        }
        return entry;
    }

    private @Nullable Entry owner(Claim claim, long now) {
        Entry entry = find(claim.id(), now);
        return entry != null && entry.token == claim.token() ? entry : null;
    }

    private List<Entry> at(Digest place, long now) {
        List<Entry> found = new ArrayList<>();
        for (Map<KeyId, Entry> row : List.of(answered, others)) {
            for (Entry entry : row.values()) {
                if (entry.id.place().equals(place) && !entry.over(now)) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    /** Takes so much more, for which it gives up answers, the oldest first; tells whether that was enough. */
    private boolean makeRoom(long more, long maxBytes) {
        if (more + others.size() * (long) ENTRY_BYTES > maxBytes) {
            return false; // giving up all of them would not be enough
        }
        Iterator<Entry> oldest = answered.values().iterator();
        while (bytes + more > maxBytes || !heap.tryTake(more)) {
            if (!oldest.hasNext()) {
                return false;
            }
            Entry entry = oldest.next();
            oldest.remove();
            free(entry);
            forgotten++;
        }
        bytes += more;
        return true;
    }

    private void dropOver(long now) {
        dropOver(answered, now);
        dropOver(others, now);
    }

    private void dropOver(Map<KeyId, Entry> row, long now) {
        while (!row.isEmpty()) {
            Entry first = row.values().iterator().next();
            if (!first.over(now)) {
                return;
            }
            remove(first);
        }
    }

    private void remove(Entry entry) {
        (entry.answer == null ? others : answered).remove(entry.id);
        free(entry);
    }

    private void free(Entry entry) {
        long size = size(entry);
        bytes -= size;
        heap.giveBack(size);
    }

    private static long size(Entry entry) {
        return ENTRY_BYTES + (entry.answer == null ? 0L : entry.answer.bytes().length);
    }
}
