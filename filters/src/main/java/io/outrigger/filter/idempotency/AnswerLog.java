package io.outrigger.filter.idempotency;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The answered keys of a {@link KeyTable}, the oldest first, as bytes in large arrays with an index. As objects they were
 * what a collector is worst at: hundreds of thousands of them, which live for hours. Guarded by the table. Shared by all
 * loops.
 *
 * <p>A key is named by its position, which only grows. Its record: its size, negative once it was removed; the length of
 * the answer; when it is over; place, caller and fingerprint; the answer. Only the answer may go over into the next
 * array: where the rest of one is too short for the others, it stays empty, and a size of 0 says so. A large answer is
 * not in its record: it stays the array that it came in, of which there cannot be many, so that the table is not held
 * while it is copied.
 */
final class AnswerLog {
    /** What {@link #find} and {@link #oldest} give where there is none. */
    static final long NONE = -1;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int LENGTH = 4;
    private static final int OVER = 8;
    private static final int PLACE = 16;
    private static final int CALLER = PLACE + Digest.LENGTH;
    private static final int FINGERPRINT = CALLER + Digest.LENGTH;
    private static final int HEAD = FINGERPRINT + Digest.LENGTH;
    private static final int ALIGNMENT = 8; // of records, so that a size always fits into what is left of an array
    private static final int SHIFT = 12; // a route with one key has one of them, too
    private static final int CHUNK = 1 << SHIFT; // bytes of an array
    private static final int LARGE = 4 * CHUNK; // bytes of an answer

    private byte[] @Nullable [] chunks =
            new byte[16] @Nullable []; // by their numbers modulo the length; null where there is none
    private final Map<Long, byte[]> large = new HashMap<>(); // by the positions of their records
    private byte @Nullable [] spare; // the one that was left last; null where there was none
    private long head; // of the oldest record
    private long tail; // where the next one goes
    private int keys;
    private long holes; // what removed keys that the head has not passed have taken
    private Positions index = new Positions(); // by the hashes of keys

    int keys() {
        return keys;
    }

    /** What keys take that were removed, as {@link #cost} has it: it is free once all older ones are removed, too. */
    long holes() {
        return holes;
    }

    /** What a key takes with its answer, in bytes. */
    long cost(long at) {
        return KeyTable.ENTRY_BYTES + (long) answerLength(at);
    }

    // ---- one record

    /** Its position; {@link #NONE} when it is not there. */
    long find(KeyId id) {
        int hash = id.hashCode();
        for (int slot = index.first(hash); !index.isFree(slot); slot = index.next(slot)) {
            if (index.mayBe(slot, hash)) {
                long at = index.position(slot);
                byte[] chunk = chunk(at);
                int from = in(at);
                if (id.place().isAt(chunk, from + PLACE) && id.caller().isAt(chunk, from + CALLER)) {
                    return at;
                }
            }
        }
        return NONE;
    }

    boolean hasFingerprint(long at, Digest fingerprint) {
        return fingerprint.isAt(chunk(at), in(at) + FINGERPRINT);
    }

    boolean hasPlace(long at, Digest place) {
        return place.isAt(chunk(at), in(at) + PLACE);
    }

    Digest caller(long at) {
        return Digest.at(chunk(at), in(at) + CALLER);
    }

    /** When it is free again. */
    long overNanos(long at) {
        return (long) LONG.get(chunk(at), in(at) + OVER);
    }

    /** In bytes. */
    int answerLength(long at) {
        return (int) INT.get(chunk(at), in(at) + LENGTH);
    }

    int status(long at) {
        byte[] own = large.get(at);
        return own != null
                ? KeptAnswer.status(own[1], own[2])
                : KeptAnswer.status(octet(at + HEAD + 1), octet(at + HEAD + 2));
    }

    private byte octet(long at) {
        return chunk(at)[in(at)];
    }

    /** A large one as it is, of another a copy. */
    KeptAnswer answer(long at) {
        byte[] own = large.get(at);
        if (own != null) {
            return KeptAnswer.trusted(own);
        }
        byte[] bytes = new byte[answerLength(at)];
        long from = at + HEAD;
        int done = 0;
        while (done < bytes.length) {
            int piece = Math.min(bytes.length - done, CHUNK - in(from));
            System.arraycopy(chunk(from), in(from), bytes, done, piece);
            from += piece;
            done += piece;
        }
        return KeptAnswer.trusted(bytes);
    }

    // ---- all of them

    /** Adds a key that is not there; it is the youngest then. */
    void add(KeyId id, Digest fingerprint, long overNanos, KeptAnswer answer) {
        byte[] bytes = answer.bytes();
        boolean own = bytes.length >= LARGE;
        int size = HEAD + (own ? 0 : bytes.length) + ALIGNMENT - 1 & -ALIGNMENT;
        long at = room();
        byte[] chunk = chunk(at);
        int from = in(at);
        INT.set(chunk, from, size);
        INT.set(chunk, from + LENGTH, bytes.length);
        LONG.set(chunk, from + OVER, overNanos);
        id.place().copyTo(chunk, from + PLACE);
        id.caller().copyTo(chunk, from + CALLER);
        fingerprint.copyTo(chunk, from + FINGERPRINT);
        if (own) {
            large.put(at, bytes);
        } else {
            write(bytes, at + HEAD);
        }
        tail = at + size;
        keys++;
        index.add(at, id.hashCode());
    }

    /** The oldest key; {@link #NONE} when there is none. */
    long oldest() {
        while (head < tail) {
            int size = size(head);
            if (size > 0) {
                return head;
            }
            if (size < 0) {
                holes -= cost(head);
            }
            pass(size);
        }
        spare = null; // an empty log keeps one array at most
        return NONE;
    }

    void remove(long at) {
        byte[] chunk = chunk(at);
        int from = in(at);
        int place = Digest.hashAt(chunk, from + PLACE);
        int caller = Digest.hashAt(chunk, from + CALLER);
        index.remove(at, KeyId.hash(place, caller));
        INT.set(chunk, from, -size(at));
        large.remove(at);
        keys--;
        holes += cost(at);
        oldest(); // what is removed at the beginning is free at once
    }

    /** Tells each key's position, the oldest first. Nothing may be added or removed meanwhile. */
    void forEach(LongConsumer each) {
        long at = head;
        while (at < tail) {
            int size = size(at);
            if (size > 0) {
                each.accept(at);
            }
            at = behind(at, size);
        }
    }

    void clear() {
        Arrays.fill(chunks, null);
        large.clear();
        spare = null;
        tail = nextChunk(tail);
        head = tail;
        keys = 0;
        holes = 0;
        index = new Positions();
    }

    // ---- arrays

    private byte[] chunk(long at) {
        byte[] chunk = chunks[number(at)];
        if (chunk == null) {
            throw new IllegalStateException("nothing is kept at " + at);
        }
        return chunk;
    }

    private int number(long at) {
        return (int) (at >>> SHIFT) & chunks.length - 1;
    }

    private static int in(long at) {
        return (int) at & CHUNK - 1;
    }

    private static long nextChunk(long at) {
        return (at >>> SHIFT) + 1 << SHIFT;
    }

    private int size(long at) {
        return (int) INT.get(chunk(at), in(at));
    }

    private static long behind(long at, int size) {
        return size == 0 ? nextChunk(at) : at + Math.abs(size);
    }

    /** Where the head of a record fits. */
    private long room() {
        long at = tail;
        if (CHUNK - in(at) < HEAD) {
            INT.set(chunk(at), in(at), 0);
            at = nextChunk(at);
        }
        ensure(at);
        return at;
    }

    private void ensure(long at) {
        if ((at >>> SHIFT) - (head >>> SHIFT) >= chunks.length) {
            byte[] @Nullable [] more = new byte[2 * chunks.length] @Nullable [];
            for (long old = head >>> SHIFT; old < at >>> SHIFT; old++) {
                more[(int) old & more.length - 1] = chunks[(int) old & chunks.length - 1];
            }
            chunks = more;
        }
        if (chunks[number(at)] == null) {
            chunks[number(at)] = spare == null ? new byte[CHUNK] : spare;
            spare = null;
        }
    }

    private void write(byte[] bytes, long to) {
        long at = to;
        int done = 0;
        while (done < bytes.length) {
            ensure(at);
            int piece = Math.min(bytes.length - done, CHUNK - in(at));
            System.arraycopy(bytes, done, chunk(at), in(at), piece);
            at += piece;
            done += piece;
        }
    }

    /** The oldest record is none any more. */
    private void pass(int size) {
        long next = behind(head, size);
        while (head >>> SHIFT < next >>> SHIFT) {
            spare = chunk(head);
            chunks[number(head)] = null;
            head = nextChunk(head);
        }
        head = next;
    }
}
