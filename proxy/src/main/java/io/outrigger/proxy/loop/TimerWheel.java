package io.outrigger.proxy.loop;

import io.outrigger.exchange.Loop.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one loop: adding and calling off are a few instructions, because nearly every timer of a proxy is
 * called off before it is due. Two rings of slots, one of about a millisecond a slot and one of about a second; what
 * is further away waits in the second and moves to the first in time (Varghese and Lauck, Hashed and Hierarchical
 * Timing Wheels, 1987). Time is an argument. Confined to one loop.
 */
final class TimerWheel {
    /** The value of {@link #nextNanos} when no timer waits. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int TICK_SHIFT = 20; // 2^20 ns: 1.05 ms
    private static final int SLOTS = 1024;
    private static final int MASK = SLOTS - 1;
    private static final int ROUND_SHIFT = 10; // ticks in a round of the near ring

    private final long origin;
    private final Ring near = new Ring(); // due within a round from now
    private final Ring far = new Ring(); // a slot a round
    private long tick; // all ticks below have been run

    TimerWheel(long now) {
        this.origin = now;
    }

    /** Adds a timer that is run by the first {@link #run} at or after its time. */
    Timer add(long now, long dueNanos, Runnable task) {
        if (size() == 0) {
            tick = Math.max(tick, now - origin >> TICK_SHIFT);
        }
        Node node = new Node(task, Math.max(tickAfter(dueNanos), tick));
        put(node);
        return node;
    }

    /**
     * Runs all timers that are due. What they add is run by the next call at the earliest. A task that throws breaks an
     * invariant: the others are run all the same, then the exception goes on to the caller.
     */
    void run(long now) {
        long last = (now - origin) >> TICK_SHIFT;
        Node due = new Node(null, 0); // a list of its own, so that tasks may add and cancel freely
        while (tick <= last) {
            if (near.size == 0) {
                skipRounds(last);
                if (tick > last) {
                    break;
                }
            }
            if ((tick & MASK) == 0) {
                refill();
            }
            near.moveAll((int) tick & MASK, due);
            tick++;
        }
        runAll(due);
    }

    private static void runAll(Node due) {
        while (due.next != due) {
            Node node = due.next;
            node.unlink();
            Runnable task = node.task;
            node.task = null;
            if (task != null) {
                try {
                    task.run();
                } catch (RuntimeException | Error bug) {
                    runAll(due);
                    throw bug;
                }
            }
        }
    }

    /** When {@link #run} should be called next, by the clock; never later than the next timer. */
    long nextNanos() {
        long next = near.size > 0 ? near.nextFrom(tick) : NEVER;
        if (far.size > 0) {
            next = Math.min(next, far.nextFrom(nextRound()) << ROUND_SHIFT);
        }
        return next == NEVER ? NEVER : timeOf(next);
    }

    int size() {
        return near.size + far.size;
    }

    private void put(Node node) {
        if (node.tick - tick < SLOTS) {
            near.add((int) node.tick & MASK, node);
        } else {
            far.add((int) (node.tick >> ROUND_SHIFT) & MASK, node);
        }
    }

    private void refill() {
        int slot = (int) (tick >> ROUND_SHIFT) & MASK;
        Node all = new Node(null, 0);
        far.moveAll(slot, all);
        while (all.next != all) {
            Node node = all.next;
            node.unlink();
            put(node);
        }
    }

    /** With nothing near, goes to the next round in which the far ring has something. */
    private void skipRounds(long last) {
        long target = far.size == 0 ? last + 1 : far.nextFrom(nextRound()) << ROUND_SHIFT;
        tick = Math.min(target, last + 1);
    }

    /** The round that begins at this tick, or next. */
    private long nextRound() {
        return tick + MASK >> ROUND_SHIFT;
    }

    private long tickAfter(long nanos) {
        return (nanos - origin >> TICK_SHIFT) + 1;
    }

    private long timeOf(long at) {
        return origin + (at << TICK_SHIFT);
    }

    /** A task in a slot's list, or the head of such a list. Confined to one loop. */
    private static final class Node implements Timer {
        private final long tick;
        private @Nullable Runnable task; // null for the head of a list, and once run or called off
        private @Nullable Ring ring; // null while in no ring
        private Node next = this;
        private Node previous = this;

        Node(@Nullable Runnable task, long tick) {
            this.task = task;
            this.tick = tick;
        }

        @Override
        public void cancel() {
            if (task != null) {
                task = null;
                unlink();
            }
        }

        void linkBefore(Node head) {
            previous = head.previous;
            next = head;
            previous.next = this;
            head.previous = this;
        }

        void unlink() {
            previous.next = next;
            next.previous = previous;
            next = this;
            previous = this;
            if (ring != null) {
                ring.size--;
                ring = null;
            }
        }
    }

    /** Slots in a circle, each a list of timers. Confined to one loop. */
    private static final class Ring {
        private final @Nullable Node[] slots = new @Nullable Node[SLOTS]; // null until used
        private int size;

        void add(int slot, Node node) {
            Node head = slots[slot];
            if (head == null) {
                head = new Node(null, 0);
                slots[slot] = head;
            }
            node.linkBefore(head);
            node.ring = this;
            size++;
        }

        void moveAll(int slot, Node to) {
            Node head = slots[slot];
            while (head != null && head.next != head) {
                Node node = head.next;
                node.unlink();
                node.linkBefore(to);
            }
        }

        /** The first position from {@code at} on, within a full circle, whose slot is not empty. */
        long nextFrom(long at) {
            for (long position = at; position < at + SLOTS; position++) {
                Node head = slots[(int) position & MASK];
                if (head != null && head.next != head) {
                    return position;
                }
            }
            return at + SLOTS;
        }
    }
}
