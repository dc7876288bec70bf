package io.outrigger.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One client request on its way through the proxy, and what is to be told of it afterwards. Confined to one loop. */
public final class Exchange {
    /** The value of {@link #deadline} when there is none. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    private static final int MOST_NOTES = 32;

    /** Who relays interim responses (RFC 9110 §15.2) to the client. Confined to one loop. */
    @FunctionalInterface
    public interface InterimListener {
        /** A head with a status from 100 to 199, but 101. */
        void interim(int status, Headers headers);
    }

    private final Loop loop;
    private final long startNanos;
    private final boolean secured;
    private Identity identity;
    private String route = ""; // empty until one has matched
    private String upstream = ""; // empty until one was chosen
    private byte sendings = 1; // the first included, which is always made; at most ten attempts with two hedges each
    private String degraded = ""; // empty while the answer is the upstream's
    private String faultBy = ""; // empty while none was injected
    private long deadline = NO_DEADLINE;
    private boolean announced;
    private Repeat repeat = Repeat.BY_METHOD;
    private @Nullable InterimListener interims; // null when nobody waits for them
    private @Nullable Attempt last; // null until the first attempt
    private @Nullable List<Attempt> earlier; // null unless there were several
    private @Nullable List<Note> notes; // null unless something was noted

    public Exchange(Loop loop, long startNanos, Identity identity) {
        this(loop, startNanos, identity, false);
    }

    /** Likewise; secured where the client has come by TLS. */
    public Exchange(Loop loop, long startNanos, Identity identity, boolean secured) {
        this.loop = loop;
        this.startNanos = startNanos;
        this.identity = identity;
        this.secured = secured;
    }

    public Loop loop() {
        return loop;
    }

    /** When the head of the request was complete, by the loop's clock. */
    public long startNanos() {
        return startNanos;
    }

    /** Whether the client has come by TLS. */
    public boolean secured() {
        return secured;
    }

    public Identity identity() {
        return identity;
    }

    /** Names it anew, before anybody has asked what it is called. */
    public void identity(Identity other) {
        identity = other;
    }

    /** The name of the route that took it; empty when none did. */
    public String route() {
        return route;
    }

    public void route(String name) {
        route = name;
    }

    /** The name of the upstream that was chosen last; empty when none was. */
    public String upstream() {
        return upstream;
    }

    public void upstream(String name) {
        upstream = name;
    }

    /** What was answered because the upstream could not, in a word; empty when that was its own answer. */
    public String degraded() {
        return degraded;
    }

    public void degraded(String word) {
        degraded = word;
    }

    /** Who had a fault injected, the last one where there were several; empty when nobody had. */
    public String faultBy() {
        return faultBy;
    }

    public void faultBy(String name) {
        faultBy = name;
    }

    public long nanoTime() {
        return loop.nanoTime();
    }

    /** When the whole exchange has to be over, by the loop's clock; {@link #NO_DEADLINE} for never. */
    public long deadline() {
        return deadline;
    }

    /** Whether the upstream is told of the deadline, because somebody chose it. */
    public boolean announcesDeadline() {
        return announced;
    }

    public void deadline(long nanos, boolean announce) {
        deadline = nanos;
        announced = announce;
    }

    /** Whether the request may be sent again after an attempt that the upstream may have processed. */
    public Repeat repeat() {
        return repeat;
    }

    public void repeat(Repeat may) {
        repeat = may;
    }

    public void onInterim(InterimListener listener) {
        interims = listener;
    }

    /** Relays an interim response that an attempt has received, where a client waits for it. */
    public void interim(int status, Headers headers) {
        if (interims != null) {
            interims.interim(status, headers);
        }
    }

    /** A reply whose work begins after a delay, unless it is failed before then. */
    public Reply later(long delayNanos, Supplier<Reply> work) {
        Deferred deferred = new Deferred(work);
        Loop.Timer timer = loop.after(delayNanos, deferred::start);
        return deferred.reply().onEnd(_ -> timer.cancel());
    }

    /** The number of another sending of the request, from 2. */
    public int another() {
        return ++sendings;
    }

    /** Notes that an endpoint was picked for another sending. */
    public void begin(Attempt attempt) {
        if (last != null) {
            if (earlier == null) {
                earlier = new ArrayList<>(2);
            }
            earlier.add(last);
        }
        last = attempt;
    }

    /** The attempt that began last; null when there was none. */
    public @Nullable Attempt lastAttempt() {
        return last;
    }

    /** The attempt of a sending; null while that has to wait for a place, and when it was refused before it had one. */
    public @Nullable Attempt attempt(int sending) {
        if (last != null && last.sending() == sending) {
            return last;
        }
        if (earlier != null) {
            for (Attempt attempt : earlier) {
                if (attempt.sending() == sending) {
                    return attempt;
                }
            }
        }
        return null;
    }

    public int attemptCount() {
        return last == null ? 0 : earlier == null ? 1 : earlier.size() + 1;
    }

    /** All attempts in the order in which they began. */
    public List<Attempt> attempts() {
        List<Attempt> all = new ArrayList<>(earlier == null ? List.of() : earlier);
        if (last != null) {
            all.add(last);
        }
        return all;
    }

    /**
     * Notes what a filter has decided, where that is out of the ordinary: not for every exchange.
     *
     * @param waitNanos how long the exchange is to wait for what comes next; 0 when it does not
     */
    public void note(String by, String verdict, String why, long waitNanos) {
        if (notes == null) {
            notes = new ArrayList<>(4);
        }
        if (notes.size() < MOST_NOTES) {
            notes.add(new Note(nanoTime(), by, verdict, why, waitNanos, attemptCount()));
        }
    }

    /** What was noted, in order. */
    public List<Note> notes() {
        return notes == null ? List.of() : notes;
    }

    /** The worst delivery of all attempts; not sent when there was none. */
    public Delivery delivery() {
        Delivery worst = last == null ? Delivery.NOT_SENT : last.delivery();
        if (earlier != null) {
            for (Attempt attempt : earlier) {
                worst = worst.and(attempt.delivery());
            }
        }
        return worst;
    }

    /** Whether an attempt has been sent and waits for its head, so that lateness is the upstream's. */
    public boolean awaitsUpstream() {
        if (last == null || last.awaitsHead()) {
            return last != null;
        }
        if (earlier != null) {
            for (Attempt attempt : earlier) {
                if (attempt.awaitsHead()) {
                    return true; // two attempts at once
                }
            }
        }
        return false;
    }
}
