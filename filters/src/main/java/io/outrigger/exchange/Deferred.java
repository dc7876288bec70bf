package io.outrigger.exchange;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Work that waits for its turn: for a pause to end, or for a slot. Confined to one loop. */
public final class Deferred {
    private final Reply reply = new Reply(_ -> forget());
    private @Nullable Supplier<Reply> work; // null once started or given up

    public Deferred(Supplier<Reply> work) {
        this.work = work;
    }

    /** The reply of the work, from before it begins. Failing it gives the work up. */
    public Reply reply() {
        return reply;
    }

    /** Begins the work, unless it has begun or was given up; tells whether it did. */
    public boolean start() {
        Supplier<Reply> started = work;
        if (started == null) {
            return false;
        }
        work = null;
        Reply begun;
        try {
            begun = started.get();
        } catch (RuntimeException | Error bug) {
            reply.fail(Failure.by(bug));
            throw bug;
        }
        reply.follow(begun);
        return true;
    }

    /** Fails the reply, unless the work has begun. */
    public void giveUp(Failure why) {
        if (work != null) {
            reply.fail(why);
        }
    }

    private void forget() {
        work = null;
    }
}
