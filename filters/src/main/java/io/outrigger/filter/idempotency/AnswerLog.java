package io.outrigger.filter.idempotency;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * The answered keys of a {@link KeyTable}, the oldest first, as rows of numbers and a {@link ByteLog}, with an index. As
 * objects they were what a collector is worst at: hundreds of thousands of them, which live for hours. Guarded by the
 * table. Shared by all loops.
 *
 * <p>A key has a number, which only grows. What is asked of each key when it is the oldest stands in rows, so that giving
 * one up does not wait for memory that nobody has touched for hours; place, caller, fingerprint and answer stand in the
 * log. A large answer does not: it stays an array of its own, of which there cannot be many, so that the table is not held
 * while it is copied.
 */
final class AnswerLog {
    /** What {@link #find} and {@link #oldest} give where there is none. */
    static final long NONE = -1;

    private static final int CALLER = Digest.LENGTH;
    private static final int FINGERPRINT = CALLER + Digest.LENGTH;
    private static final int HEAD = FINGERPRINT + Digest.LENGTH;
    private static final int SMALLEST = 16;
    private static final int USUAL = 256; // keys for which there is room even when there are none

    private final ByteLog bytes = new ByteLog();
    private final Row row = new Row(); // of the answer that is being added
    private final Map<Long, byte[]> large = new HashMap<>(); // by the numbers of their keys
    private long first; // the number of the oldest key
    private long next; // of the next one
    private int keys;
    private long holes; // what removed keys behind the oldest one have taken
    private Positions index = new Positions(); // by the hashes of keys

    // of each key, by its number modulo their length
    private long[] at = new long[SMALLEST]; // its position in the log
    private long[] over = new long[SMALLEST]; // when it is free again
    private int[] hash = new int[SMALLEST];
    private int[] length = new int[SMALLEST]; // of the answer, in bytes; the complement of it once the key is removed

    int keys() {
        return keys;
    }

    /** What keys take that were removed, as {@link #cost} has it: it is free once all older ones are removed, too. */
    long holes() {
        return holes;
    }

    /** What a key takes with its answer, in bytes. */
    long cost(long key) {
        return KeyTable.ENTRY_BYTES + (long) answerLength(key);
    }

    // ---- one key

    /** Its number; {@link #NONE} when it is not there. */
    long find(KeyId id) {
        int wanted = id.hashCode();
        for (int slot = index.first(wanted); !index.isFree(slot); slot = index.next(slot)) {
            if (index.mayBe(slot, wanted)) {
                long key = index.number(slot, first);
                long from = at[in(key)];
                if (isAt(id.place(), from) && isAt(id.caller(), from + CALLER)) {
                    return key;
                }
            }
        }
        return NONE;
    }

    boolean hasFingerprint(long key, Digest fingerprint) {
        return isAt(fingerprint, at[in(key)] + FINGERPRINT);
    }

    boolean hasPlace(long key, Digest place) {
        return isAt(place, at[in(key)]);
    }

    private boolean isAt(Digest digest, long position) {
        return digest.isAt(bytes.chunk(position), ByteLog.in(position));
    }

    Digest caller(long key) {
        long position = at[in(key)] + CALLER;
        return Digest.at(bytes.chunk(position), ByteLog.in(position));
    }

    /** When it is free again. */
    long overNanos(long key) {
        return over[in(key)];
    }

    /** In bytes. */
    int answerLength(long key) {
        int answer = length[in(key)];
        return answer < 0 ? ~answer : answer;
    }

    int status(long key) {
        byte[] own = large.get(key);
        long status = at[in(key)] + HEAD + 1;
        return own != null
                ? KeptAnswer.status(own[1], own[2])
                : KeptAnswer.status(bytes.octet(status), bytes.octet(status + 1));
    }

    /** A large one as it is, of another a copy. */
    KeptAnswer answer(long key) {
        byte[] own = large.get(key);
        return KeptAnswer.trusted(own != null ? own : bytes.copy(at[in(key)] + HEAD, answerLength(key)));
    }

    // ---- all of them

    /** Reads an answer that is to be added next, and tells its length in bytes. */
    int read(WholeAnswer answer) {
        return answer.write(row);
    }

    /** Adds a key that is not there, with the answer that was read last; it is the youngest then. */
    void add(KeyId id, Digest fingerprint, long overNanos, WholeAnswer answer) {
        if (next - first == at.length) {
            grow();
        }
        long from = bytes.add(HEAD);
        byte[] chunk = bytes.chunk(from);
        int in = ByteLog.in(from);
        id.place().copyTo(chunk, in);
        id.caller().copyTo(chunk, in + CALLER);
        fingerprint.copyTo(chunk, in + FINGERPRINT);
        if (answer.isLarge()) {
            large.put(next, answer.kept().bytes());
        } else {
            bytes.add(row.bytes(), 0, row.split());
            bytes.add(answer.body());
            bytes.add(row.bytes(), row.split(), row.length());
        }
        int here = in(next);
        at[here] = from;
        over[here] = overNanos;
        hash[here] = id.hashCode();
        length[here] = row.length() + answer.body().readableBytes();
        index.add(next, hash[here]);
        next++;
        keys++;
    }

    /** The oldest key; {@link #NONE} when there is none. */
    long oldest() {
        return keys == 0 ? NONE : first;
    }

    void remove(long key) {
        int here = in(key);
        index.remove(key, hash[here]);
        if (!large.isEmpty()) {
            large.remove(key);
        }
        keys--;
        holes += cost(key);
        length[here] = ~length[here];
        pass();
    }

    /** What is removed at the beginning is free at once. */
    private void pass() {
        while (first < next && length[in(first)] < 0) {
            holes -= cost(first);
            first++;
        }
        if (first < next) {
            bytes.dropTo(at[in(first)]);
        } else {
            clear();
        }
    }

    /** Tells each key's number, the oldest first. Nothing may be added or removed meanwhile. */
    void forEach(LongConsumer each) {
        for (long key = first; key < next; key++) {
            if (length[in(key)] >= 0) {
                each.accept(key);
            }
        }
    }

    void clear() {
        bytes.clear();
        large.clear();
        first = next;
        holes = 0;
        if (keys > 0 || at.length > USUAL) {
            keys = 0;
            index = new Positions();
            at = new long[SMALLEST];
            over = new long[SMALLEST];
            hash = new int[SMALLEST];
            length = new int[SMALLEST];
        }
    }

    // ---- the rows

    private int in(long key) {
        return (int) key & at.length - 1;
    }

    private void grow() {
        long[] oldAt = at;
        long[] oldOver = over;
        int[] oldHash = hash;
        int[] oldLength = length;
        int size = 2 * oldAt.length;
        at = new long[size];
        over = new long[size];
        hash = new int[size];
        length = new int[size];
        for (long key = first; key < next; key++) {
            int from = (int) key & oldAt.length - 1;
            int to = in(key);
            at[to] = oldAt[from];
            over[to] = oldOver[from];
            hash[to] = oldHash[from];
            length[to] = oldLength[from];
        }
    }
}
