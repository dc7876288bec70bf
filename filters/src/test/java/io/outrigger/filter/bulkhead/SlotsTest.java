package io.outrigger.filter.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.filter.bulkhead.Slots.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gets a slot, in which order, and what is left when all have gone. */
class SlotsTest {
    private final List<String> granted = new ArrayList<>();

    private final class Named extends Slots.Waiter {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        void granted() {
            granted.add(name);
        }
    }

    private static Slots taken(int limit) {
        Slots slots = new Slots(limit);
        for (int i = 0; i < limit; i++) {
            assertThat(slots.tryTake()).isTrue();
        }
        return slots;
    }

    private Named queue(Slots slots, String name) {
        Named waiter = new Named(name);
        assertThat(slots.takeOrWait(waiter, 100)).isEqualTo(Verdict.QUEUED);
        return waiter;
    }

    private static void assertCounts(Slots slots, int taken, int waiting) {
        assertThat(slots.taken()).as("taken").isEqualTo(taken);
        assertThat(slots.waiting()).as("waiting").isEqualTo(waiting);
    }

    @Test
    void thereAreAsManyAsTheLimitSays() {
        Slots slots = taken(3);
        assertThat(slots.tryTake()).isFalse();
        slots.giveBack();
        assertThat(slots.tryTake()).isTrue();
        assertThat(slots.tryTake()).isFalse();
        assertCounts(slots, 3, 0);
    }

    @Test
    void whoHasWaitedLongestIsNext() {
        Slots slots = taken(2);
        List.of("a", "b", "c").forEach(name -> queue(slots, name));
        assertCounts(slots, 2, 3);
        slots.giveBack();
        slots.giveBack();
        assertThat(granted).containsExactly("a", "b");
        assertCounts(slots, 2, 1);
        slots.giveBack();
        assertThat(granted).containsExactly("a", "b", "c");
        slots.giveBack();
        slots.giveBack();
        assertCounts(slots, 0, 0);
    }

    @Test
    void nobodyOvertakesTheQueue() {
        Slots slots = taken(1);
        queue(slots, "a");
        queue(slots, "b");
        slots.giveBack();
        assertThat(slots.tryTake()).isFalse();
        assertThat(slots.takeOrWait(new Named("c"), 100)).isEqualTo(Verdict.QUEUED);
        slots.giveBack();
        slots.giveBack();
        assertThat(granted).containsExactly("a", "b", "c");
    }

    @Test
    void theQueueIsAsLongAsTheCallerSays() {
        Slots slots = taken(1);
        assertThat(slots.takeOrWait(new Named("a"), 0)).isEqualTo(Verdict.FULL);
        assertThat(slots.takeOrWait(new Named("a"), 1)).isEqualTo(Verdict.QUEUED);
        assertThat(slots.takeOrWait(new Named("b"), 1)).isEqualTo(Verdict.FULL);
        assertThat(slots.takeOrWait(new Named("b"), 2)).isEqualTo(Verdict.QUEUED);
        assertCounts(slots, 1, 2);
    }

    @Test
    void aFreeSlotIsTakenAtOnceWhereverOneAsks() {
        Slots slots = new Slots(1);
        assertThat(slots.takeOrWait(new Named("a"), 0)).isEqualTo(Verdict.TAKEN);
        assertThat(granted).isEmpty();
        assertCounts(slots, 1, 0);
    }

    @Test
    void whoLeavesLeavesNoGapWhereverItStands() {
        for (int leaver = 0; leaver < 3; leaver++) {
            granted.clear();
            Slots slots = taken(1);
            List<Named> all = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                all.add(queue(slots, name));
            }
            Named gone = all.remove(leaver);
            assertThat(slots.leave(gone)).isTrue();
            assertThat(slots.leave(gone)).as("again").isFalse();
            assertCounts(slots, 1, 2);
            slots.giveBack();
            slots.giveBack();
            assertThat(granted)
                    .containsExactlyElementsOf(all.stream().map(one -> one.name).toList());
            queue(slots, "d");
            slots.giveBack();
            assertThat(granted).endsWith("d");
        }
    }

    @Test
    void whoHasBeenGrantedASlotCanLeaveNoMore() {
        Slots slots = taken(1);
        Named waiter = queue(slots, "a");
        slots.giveBack();
        assertThat(slots.leave(waiter)).isFalse();
        assertCounts(slots, 1, 0);
    }

    @Test
    void moreSlotsAreForThoseWhoWait() {
        Slots slots = taken(1);
        List.of("a", "b", "c").forEach(name -> queue(slots, name));
        slots.limit(3);
        assertThat(granted).containsExactly("a", "b");
        assertCounts(slots, 3, 1);
        slots.limit(10);
        assertCounts(slots, 4, 0);
        assertThat(slots.tryTake()).isTrue();
    }

    @Test
    void ofFewerSlotsNoneIsGivenOnUntilThereAreNotTooMany() {
        Slots slots = taken(4);
        queue(slots, "a");
        slots.limit(2);
        assertThat(slots.tryTake()).isFalse();
        slots.giveBack();
        slots.giveBack();
        assertThat(granted).isEmpty();
        assertCounts(slots, 2, 1);
        slots.giveBack();
        assertThat(granted).containsExactly("a");
        assertCounts(slots, 2, 0);
    }
}
