package io.outrigger.filter.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.filter.bulkhead.Slots.Verdict;
import io.outrigger.fixtures.Crowd;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Slots, and several threads that come as loops do: they take, wait, leave and give back at once. */
class SlotsThreadsTest {
    private static final int THREADS = 4;
    private static final int LIMIT = 3;

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger granted = new AtomicInteger();

    /** What is granted goes to the queue of the loop whose waiter it is, as with {@code Loop.execute}. */
    private static final class Mine extends Slots.Waiter {
        private final ConcurrentLinkedQueue<Mine> loop;
        private boolean gone; // confined to the thread

        Mine(ConcurrentLinkedQueue<Mine> loop) {
            this.loop = loop;
        }

        @Override
        void granted() {
            loop.add(this);
        }
    }

    @Test
    void noSlotIsLostNorGivenTwiceWhoeverMeets() throws Exception {
        Slots slots = new Slots(LIMIT);
        AtomicInteger most = new AtomicInteger(LIMIT); // of the limits that were ever in force
        Crowd.of(THREADS, thread -> {
            SplittableRandom random = new SplittableRandom(81 + thread);
            ConcurrentLinkedQueue<Mine> loop = new ConcurrentLinkedQueue<>();
            List<Mine> waiting = new ArrayList<>();
            int held = 0;
            for (int i = 0; i < 200_000; i++) {
                switch (random.nextInt(6)) {
                    case 0, 1 -> {
                        Mine one = new Mine(loop);
                        Verdict verdict = slots.tryTake() ? Verdict.TAKEN : slots.takeOrWait(one, 8);
                        if (verdict == Verdict.TAKEN) {
                            entered(most);
                            held++;
                        } else if (verdict == Verdict.QUEUED) {
                            waiting.add(one);
                        }
                    }
                    case 2, 3 -> {
                        if (held > 0) {
                            held--;
                            inside.decrementAndGet();
                            slots.giveBack();
                        }
                    }
                    case 4 -> {
                        if (!waiting.isEmpty()) {
                            Mine leaver = waiting.remove(random.nextInt(waiting.size()));
                            leaver.gone = true;
                            slots.leave(leaver);
                        }
                    }
                    default -> {
                        if (thread == 0 && i % 64 == 0) {
                            most.accumulateAndGet(LIMIT + 1, Math::max);
                            slots.limit(LIMIT + random.nextInt(2));
                        }
                    }
                }
                held += arrived(loop, waiting, slots, most);
            }
            waiting.forEach(one -> one.gone = true);
            waiting.forEach(slots::leave);
            for (; held > 0; held--) {
                inside.decrementAndGet();
                slots.giveBack();
            }
            ends.incrementAndGet();
            while (ends.get() < THREADS || !loop.isEmpty()) {
                arrived(loop, waiting, slots, most); // all have gone: each is given back
            }
        });
        assertThat(granted).as("the test is of something").hasPositiveValue();
        assertThat(inside).hasValue(0);
        assertThat(slots.waiting()).isZero();
        assertThat(slots.taken()).isZero();
    }

    private final AtomicInteger ends = new AtomicInteger();

    /** How many of the granted slots are held by this thread from now on. */
    private int arrived(ConcurrentLinkedQueue<Mine> loop, List<Mine> waiting, Slots slots, AtomicInteger most) {
        int kept = 0;
        Mine next;
        while ((next = loop.poll()) != null) {
            granted.incrementAndGet();
            waiting.remove(next);
            if (next.gone) {
                slots.giveBack();
            } else {
                entered(most);
                kept++;
            }
        }
        return kept;
    }

    private void entered(AtomicInteger most) {
        assertThat(inside.incrementAndGet()).isBetween(1, most.get());
    }
}
