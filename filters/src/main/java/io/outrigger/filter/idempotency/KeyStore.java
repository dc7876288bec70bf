package io.outrigger.filter.idempotency;

import io.outrigger.exchange.Loop;
import java.util.function.Consumer;

/**
 * Remembers keys: which are in flight, what was answered, and of which nobody knows. Shared by all loops.
 *
 * <p>A key is in one of four states.
 *
 * <table>
 * <caption>States</caption>
 * <tr><td>free</td><td>Nothing is known of it.</td></tr>
 * <tr><td>in flight</td><td>A claim owns it: it has a fingerprint, a token, and a lease that the owner renews.</td></tr>
 * <tr><td>answered</td><td>It has a fingerprint and an answer; free again once {@link Claim#keepFor} has passed.</td></tr>
 * <tr><td>unknown</td><td>It has a fingerprint; free again once {@link Claim#keepFor} has passed. A key whose lease has
 * ended without another word of its owner is unknown from then on; it is free {@code keepFor} after the lease's end.
 * Its owner may still renew and finish it as long as nobody has claimed or released it meanwhile.</td></tr>
 * </table>
 *
 * <p>Each method is one atomic step, is called on the loop that it is given, and returns at once. What became of it
 * comes on that loop, exactly once, maybe before the method returns. Nothing throws: a store that cannot be asked, or
 * does not answer in its own time limit, says so in what it tells. A step may be carried out twice by a store that
 * sends it again over a broken connection: a claim whose token owns the key already is owned, and renewing and
 * finishing with {@link Ending.Forgotten} do no harm.
 */
public interface KeyStore {
    /** How digests are made that it is asked with. */
    Digests digests();

    /**
     * Asks for a key. In this order:
     *
     * <ol>
     *   <li>free, or unknown and {@link Claim.Lost#FORGET}: {@link Found.Owned}, and in flight from now on;
     *   <li>in flight with the very token of the claim: {@link Found.Owned}, as it was told or should have been;
     *   <li>another fingerprint: {@link Found.Mismatch};
     *   <li>in flight: {@link Found.InFlight};
     *   <li>answered: {@link Found.Answered};
     *   <li>unknown and {@link Claim.Lost#AGAIN}: {@link Found.Owned} with {@code again}, in flight from now on;
     *   <li>unknown: {@link Found.Unknown}.
     * </ol>
     *
     * <p>A store without room for another key makes some by forgetting answers, the oldest first, and never a key that
     * is in flight or unknown; when that is not enough: {@link Found.Failed}.
     */
    void claim(Claim claim, Loop loop, Consumer<? super Found> then);

    /** The owner is still there: the lease begins anew. Never {@link Written#FULL}. */
    void renew(Claim claim, Loop loop, Consumer<? super Written> then);

    /**
     * The owner is done, and owns the key no more. {@link Written#LOST} when the token is not that of the owner. An
     * answer for which there is no room makes the key unknown: {@link Written#FULL}.
     */
    void finish(Claim claim, Ending ending, Loop loop, Consumer<? super Written> then);

    /**
     * Tells once, on that loop, when it is worth claiming a key again that was in flight: when its owner is done or its
     * lease has ended, soon where that is so already, and maybe earlier; but never before this method returns. Those
     * who have waited longest are told first, as far as they are on one loop. To be asked anew after each time.
     *
     * @return calls it off: from then on nothing is told
     */
    Loop.Timer watch(KeyId id, Loop loop, Runnable then);

    /** Shows what is known of a key, for all callers who have used it; no entry where it is free. */
    void look(Digest place, Loop loop, Consumer<? super Seen> then);

    /**
     * Frees a key where it is unknown, for all callers who have used it, and shows what it was before. What is in
     * flight or answered stays.
     */
    void release(Digest place, Loop loop, Consumer<? super Seen> then);
}
