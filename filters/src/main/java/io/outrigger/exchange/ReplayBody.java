package io.outrigger.exchange;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Lets several attempts read one body from its start, one after the other or at once, while it may still be arriving.
 * The source is read once; what came of it is kept up to a cap and as far as the budget allows. Confined to one loop.
 *
 * <p>When more comes than may be kept, the replay is lost: the attempt that reads furthest goes on by itself, others
 * are failed, and none can begin. An attempt that discards its reading leaves the source to the next one, as long as
 * there can be a next one.
 */
public final class ReplayBody {
    private static final Failure LOST = Failure.of(Failure.Kind.CLIENT_GONE, "the body outgrew its replay");
    private static final Failure UNREAD = Failure.of(Failure.Kind.CLIENT_GONE, "nobody reads the rest of the body");

    private final Body source;
    private final long cap; // bytes
    private final KeptBytes kept;
    private @Nullable Reading readings; // those that are not over, in the order of their beginning
    private long received; // bytes that came from the source
    private boolean open = true; // whether another reading may begin
    private boolean ahead; // whether to read without a reader, up to the cap
    private boolean begun; // whether the source is being read
    private boolean flowing; // whether the source goes on by itself
    private boolean receiving; // in a call by the source, whose result says whether it shall go on
    private @Nullable Headers trailers; // null until the end of the source
    private @Nullable Failure broken; // null unless the source broke off or was discarded
    private @Nullable Runnable whenWhole; // null where nobody wants to know

    /** Keeps at most {@code capBytes} of the source, which it takes over. */
    public ReplayBody(Body source, long capBytes, BufferBudget budget) {
        this.source = source;
        this.cap = capBytes;
        this.kept = new KeptBytes(budget, source.length());
    }

    /** Whether the body can be read from its start. */
    public boolean replayable() {
        return open && broken == null;
    }

    /** Whether somebody has begun to read it. */
    public boolean begun() {
        return begun;
    }

    /** Whether all of it has come. */
    public boolean whole() {
        return trailers != null;
    }

    /** Runs the task once all of it has come, after those who read it have got it; at most one is remembered. */
    public void whenWhole(Runnable task) {
        whenWhole = task;
    }

    /** Why the source broke off, so that it will never be whole; null when it did not. */
    public @Nullable Failure broken() {
        return broken;
    }

    /** The whole body, for one attempt. To be asked for only while it is {@link #replayable}. */
    public Body fromStart() {
        assert replayable() : "replay lost";
        Reading reading = new Reading(this);
        Reading last = readings;
        if (last == null) {
            readings = reading;
            return reading;
        }
        while (last.next != null) {
            last = last.next;
        }
        last.next = reading;
        return reading;
    }

    /** Begins to read without a reader, up to the cap, so that the source can be done with. */
    public void readAhead() {
        ahead = true;
        begin();
    }

    /** No other reading will begin: what no reading needs any more is released, and the source if none is left. */
    public void commit() {
        open = false;
        settle(UNREAD);
    }

    /** Ends all readings without a word to their sinks, releases everything, and discards the rest of the source. */
    public void release(Failure why) {
        open = false;
        for (Reading reading = readings; reading != null; reading = reading.next) {
            reading.end();
        }
        readings = null;
        settle(why);
    }

    // ---- for the readings

    void begin() {
        if (!begun && broken == null) {
            begun = true;
            flowing = true;
            source.pushTo(new Source());
        }
    }

    /** Has the source go on, if somebody waits for it and it is not asking itself just now. */
    void pull() {
        if (begun && !flowing && !receiving && trailers == null && broken == null && wanted()) {
            flowing = true;
            source.resume();
        }
    }

    void over(Reading reading, Failure why) {
        Reading before = readings;
        if (before == reading) {
            readings = reading.next;
        } else {
            while (before != null && before.next != reading) {
                before = before.next;
            }
            if (before != null) {
                before.next = reading.next;
            }
        }
        settle(why);
    }

    boolean holdsMoreThan(long position) {
        return position < received;
    }

    ByteBuf from(long position) {
        return kept.from(position);
    }

    void passed() {
        settle(UNREAD);
    }

    long length() {
        return source.length();
    }

    /** How the source ended; null when it has not. */
    @Nullable
    Headers trailers() {
        return trailers;
    }

    // ---- inner workings

    /** Once no reading can begin, nothing is kept that all have read, and nothing is awaited that none reads. */
    private void settle(Failure why) {
        if (open) {
            return;
        }
        long read = received;
        for (Reading reading = readings; reading != null; reading = reading.next) {
            read = Math.min(read, reading.position());
        }
        kept.dropTo(read);
        if (readings == null && trailers == null && broken == null) {
            broken = why;
            source.discard(why);
        }
    }

    private boolean wanted() {
        if (readings == null) {
            return open && ahead && received < cap;
        }
        for (Reading reading = readings; reading != null; reading = reading.next) {
            boolean waits = reading.waitsAt(received);
            if (waits == open) {
                return open; // kept: one that waits is enough. Not kept: one that does not is enough to stop
            }
        }
        return !open;
    }

    private @Nullable Reading firstWaiting() {
        Reading reading = readings;
        while (reading != null && !reading.waitsAt(received)) {
            reading = reading.next;
        }
        return reading;
    }

    /** The replay is lost, and with it all readings but one. */
    private void lose(Reading survivor) {
        open = false;
        Reading older = readings;
        Reading younger = survivor.next;
        readings = survivor;
        survivor.next = null;
        failAll(older, survivor, LOST);
        failAll(younger, null, LOST);
    }

    /** Fails readings that are in the list no more. */
    private static void failAll(@Nullable Reading first, @Nullable Reading end, Failure why) {
        Reading reading = first;
        while (reading != null && reading != end) {
            Reading next = reading.next;
            reading.fail(why);
            reading = next;
        }
    }

    private void goOn() {
        Reading reading = readings;
        while (reading != null) {
            Reading next = reading.next;
            reading.goOn();
            reading = next;
        }
    }

    /** What reads the source. Confined to one loop. */
    private final class Source implements Body.Sink {
        @Override
        public boolean chunk(ByteBuf bytes) {
            if (broken != null) {
                bytes.release();
                return false;
            }
            receiving = true;
            take(bytes);
            receiving = false;
            settle(UNREAD);
            flowing = broken == null && wanted();
            return flowing;
        }

        private void take(ByteBuf bytes) {
            int size = bytes.readableBytes();
            Reading reader = firstWaiting();
            if (reader == null) {
                ahead &= kept.keep(bytes, received); // between two attempts, or read ahead
                received += size;
                return;
            }
            if (open && (Math.max(received + size, source.length()) > cap || !kept.tryKeep(bytes, received))) {
                lose(reader);
            } else if (!open && (reader != readings || reader.next != null)) {
                kept.keep(
                        bytes.retainedSlice(), received); // for the other one, who began before there could be no more
            }
            if (broken != null) {
                bytes.release(); // the loss of another attempt has ended it all
                return;
            }
            received += size;
            reader.take(bytes);
            goOn();
        }

        @Override
        public void end(Headers last) {
            flowing = false;
            if (broken == null) {
                trailers = last;
                goOn();
                if (whenWhole != null) {
                    whenWhole.run();
                }
            }
        }

        @Override
        public void fail(Failure why) {
            flowing = false;
            if (broken == null && trailers == null) {
                broken = why;
                kept.dropTo(received);
                Reading first = readings;
                readings = null;
                failAll(first, null, why);
            }
        }
    }
}
