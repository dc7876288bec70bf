package io.outrigger.filter.idempotency;

import static io.outrigger.filter.idempotency.KeyTable.ENTRY_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Headers;
import io.outrigger.filter.idempotency.Claim.Lost;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Room and time of the store inside the process, as arithmetic. */
class KeyTableTest {
    private static final long SECOND = 1_000_000_000;
    private static final Headers NO_FIELDS = Headers.NONE;
    private static final int BODILESS = answer(0).kept().bytes().length;

    private final BufferBudget heap = new BufferBudget(1 << 20);
    private final KeyTable table = new KeyTable(heap);
    private long tokens;
    private long maxBytes = 10 * ENTRY_BYTES;
    private long now = Long.MAX_VALUE - SECOND; // the clock goes over on the way

    // ---- room

    @Test
    void everyKeyAndEveryByteOfAnAnswerCounts() {
        Claim one = owned(1);
        assertThat(table.keys()).isEqualTo(1);
        assertThat(table.bytes()).isEqualTo(ENTRY_BYTES);
        finish(one, new Ending.Answered(answer(100)));
        assertThat(table.bytes()).isEqualTo(ENTRY_BYTES + BODILESS + 100);
        finish(owned(2), new Ending.Unknown(Loss.CUT));
        assertThat(table.bytes()).isEqualTo(2 * ENTRY_BYTES + BODILESS + 100);
        finish(owned(3), new Ending.Forgotten());
        assertThat(table.keys()).isEqualTo(2);
        assertThat(table.bytes()).isEqualTo(2 * ENTRY_BYTES + BODILESS + 100);
    }

    @Test
    void theOldestAnswerMakesRoomForAnotherKey() {
        finish(owned(1), new Ending.Answered(answer(ENTRY_BYTES)));
        finish(owned(2), new Ending.Answered(answer(ENTRY_BYTES)));
        for (int key = 3; key <= 8; key++) {
            owned(key);
        }
        assertThat(claim(1)).isInstanceOf(Found.Owned.class); // it was the oldest
        assertThat(claim(2)).isInstanceOf(Found.Answered.class);
        assertThat(table.bytes()).isLessThanOrEqualTo(maxBytes);
    }

    @Test
    void anAnswerIsAsOldAsItsEndAndNotAsItsBeginning() {
        Claim slow = owned(1);
        finish(owned(2), new Ending.Answered(answer(3 * ENTRY_BYTES)));
        finish(slow, new Ending.Answered(answer(3 * ENTRY_BYTES)));
        finish(owned(3), new Ending.Answered(answer(2 * ENTRY_BYTES)));
        assertThat(claim(1)).isInstanceOf(Found.Answered.class);
        assertThat(claim(2)).isInstanceOf(Found.Owned.class);
    }

    @Test
    void keysWithoutAnAnswerAreNeverGivenUp() {
        for (int key = 1; key <= 10; key++) {
            Claim claim = owned(key);
            if (key % 2 == 0) {
                finish(claim, new Ending.Unknown(Loss.CUT));
            }
        }
        assertThat(claim(11))
                .isEqualTo(new Found.Failed(
                        "the store is full of keys without an answer (memory.maxBytes: " + maxBytes + ")"));
        assertThat(claim(1)).isEqualTo(new Found.InFlight());
        assertThat(claim(2)).isEqualTo(new Found.Unknown(Loss.CUT));
        assertThat(table.keys()).isEqualTo(10);
    }

    @Test
    void anAnswerWithoutRoomLeavesItsKeyUnknownAndOtherAnswersAlone() {
        finish(owned(1), new Ending.Answered(answer(10)));
        Claim large = owned(2);
        assertThat(finish(large, new Ending.Answered(answer((int) maxBytes)))).isEqualTo(Written.FULL);
        assertThat(claim(2)).isEqualTo(new Found.Unknown(Loss.NO_ROOM));
        assertThat(claim(1)).isInstanceOf(Found.Answered.class);
    }

    @Test
    void lessRoomThanBeforeTakesTheOldestAnswers() {
        for (int key = 1; key <= 4; key++) {
            finish(owned(key), new Ending.Answered(answer(ENTRY_BYTES)));
        }
        maxBytes = 5 * ENTRY_BYTES;
        owned(5);
        assertThat(table.bytes()).isLessThanOrEqualTo(maxBytes);
        assertThat(claim(4)).isInstanceOf(Found.Answered.class);
        assertThat(claim(1)).isInstanceOf(Found.Owned.class);
    }

    // ---- the heap, which all tables share

    @Test
    void tablesTogetherTakeNoMoreThanTheHeapThatIsTheirs() {
        heap.tryTake((1 << 20) - 5 * ENTRY_BYTES); // what other tables have
        for (int key = 1; key <= 3; key++) {
            finish(owned(key), new Ending.Answered(answer(ENTRY_BYTES / 4)));
        }
        assertThat(heap.takenBytes()).isEqualTo((1 << 20) - 5 * ENTRY_BYTES + table.bytes());
        owned(4);
        owned(5);
        assertThat(claim(1)).as("the oldest made room").isInstanceOf(Found.Owned.class);
        assertThat(table.forgotten()).isPositive();
        assertThat(heap.takenBytes()).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void aTableWithNothingToGiveUpIsFullWhenTheOthersHaveTheHeap() {
        heap.tryTake((1 << 20) - ENTRY_BYTES);
        Claim one = owned(1);
        assertThat(claim(2)).isEqualTo(new Found.Failed("all stores together have used up their half of the heap"));
        assertThat(finish(one, new Ending.Answered(answer(1)))).isEqualTo(Written.FULL);
        assertThat(claim(1)).isEqualTo(new Found.Unknown(Loss.NO_ROOM));
    }

    @Test
    void whatATableHadIsFreeForOthersOnceItsRouteIsGone() {
        Claim late = owned(1);
        finish(owned(2), new Ending.Answered(answer(100)));
        table.end();
        assertThat(heap.takenBytes()).isZero();
        assertThat(table.keys()).isZero();
        assertThat(finish(late, new Ending.Unknown(Loss.CUT))).isEqualTo(Written.LOST);
        finish(owned(3), new Ending.Answered(answer(100))); // a request that was under way
        assertThat(heap.takenBytes()).isZero();
    }

    // ---- time

    @Test
    void leaseAndTimeAreExact() {
        owned(1); // a lease of 1 s, then kept for 10 s
        now += SECOND - 1;
        assertThat(claim(1)).isEqualTo(new Found.InFlight());
        now += 1;
        assertThat(claim(1)).isEqualTo(new Found.Unknown(Loss.LEASE_ENDED));
        now += 10 * SECOND - 1;
        assertThat(claim(1)).isEqualTo(new Found.Unknown(Loss.LEASE_ENDED));
        now += 1;
        assertThat(claim(1)).isEqualTo(new Found.Owned(false));
    }

    @Test
    void anAnswerIsKeptForItsTimeFromItsEndOn() {
        Claim claim = owned(1);
        now += SECOND / 2;
        finish(claim, new Ending.Answered(answer(10)));
        now += 10 * SECOND - 1;
        assertThat(claim(1)).isInstanceOf(Found.Answered.class);
        now += 1;
        assertThat(claim(1)).isEqualTo(new Found.Owned(false));
    }

    /** As after a reload with another time: the place of what is over is not free before that of what is older. */
    @Test
    void whatIsOverBehindAnOlderAnswerCountsUntilThatIsGone() {
        Claim old = lasting(1, Duration.ofHours(1));
        table.claim(old, maxBytes, now);
        finish(old, new Ending.Answered(answer(10)));
        Claim brief = lasting(2, Duration.ofSeconds(2));
        for (int i = 0; i < 20; i++) {
            now += SECOND / 10;
            table.claim(brief, maxBytes, now);
            finish(brief, new Ending.Answered(answer(10)));
            now += 2 * SECOND;
            assertThat(table.bytes()).isLessThanOrEqualTo(maxBytes);
            assertThat(heap.takenBytes()).isEqualTo(table.bytes());
        }
        assertThat(table.forgotten()).as("the old one, whose time was not over").isEqualTo(1);
        now += 20 * SECOND;
        owned(3);
        assertThat(table.bytes()).isEqualTo(ENTRY_BYTES);
        assertThat(heap.takenBytes()).isEqualTo(ENTRY_BYTES);
    }

    private Claim lasting(int key, Duration keepFor) {
        KeyId id = new KeyId(digest(key), digest(0));
        return new Claim(id, digest(7), ++tokens, Duration.ofSeconds(1), keepFor, Lost.HOLD);
    }

    @Test
    void whatIsOverIsDroppedByWhoeverComes() {
        finish(owned(1), new Ending.Answered(answer(10)));
        finish(owned(2), new Ending.Unknown(Loss.CUT));
        owned(3);
        now += 11 * SECOND;
        owned(4);
        assertThat(table.keys()).isEqualTo(1);
        assertThat(table.bytes()).isEqualTo(ENTRY_BYTES);
    }

    @Test
    void aRenewedLeaseGoesToTheEndOfItsRow() {
        Claim long1 = owned(1);
        finish(owned(2), new Ending.Unknown(Loss.CUT));
        for (int second = 0; second < 12; second++) {
            now += SECOND / 2;
            assertThat(table.renew(long1, now)).isEqualTo(Written.DONE);
        }
        now += 5 * SECOND;
        claim(3);
        assertThat(table.keys()).as("1 and 3").isEqualTo(2);
    }

    // ---- words for it

    private Claim owned(int key) {
        Claim claim = wanted(key);
        assertThat(table.claim(claim, maxBytes, now)).isEqualTo(new Found.Owned(false));
        return claim;
    }

    private Found claim(int key) {
        return table.claim(wanted(key), maxBytes, now);
    }

    private Claim wanted(int key) {
        KeyId id = new KeyId(digest(key), digest(0));
        return new Claim(id, digest(7), ++tokens, Duration.ofSeconds(1), Duration.ofSeconds(10), Lost.HOLD);
    }

    private Written finish(Claim claim, Ending ending) {
        return table.finish(claim, ending, maxBytes, now).written();
    }

    private static Digest digest(int number) {
        byte[] bytes = new byte[Digest.LENGTH];
        bytes[0] = (byte) number;
        return Digest.of(bytes);
    }

    private static WholeAnswer answer(int length) {
        return new WholeAnswer(200, NO_FIELDS, Unpooled.wrappedBuffer(new byte[length]), Headers.NONE);
    }
}
