package io.outrigger.filter.fallback;

import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last good answers of a route, by host, target and the fields that their Vary names. Bounded in bytes: the oldest
 * ones go first. Shared by all loops.
 */
public final class StaleStore {
    private static final HeaderName VARY = HeaderName.of("vary");
    private static final int PLACE_BYTES = 128;

    /**
     * Where an answer is kept. Immutable.
     *
     * @param resource host and target
     * @param vary the names of the fields that the answer depends on
     * @param variant the values of these fields, as received
     */
    record Place(String resource, List<HeaderName> vary, String variant) {
        /** Of the answer with these fields to this request. */
        static Place of(Request request, Headers response) {
            List<HeaderName> vary = new ArrayList<>();
            for (String value : response.all(VARY)) {
                for (String name : value.split(",", -1)) {
                    if (!name.isBlank()) {
                        vary.add(HeaderName.of(name.strip()));
                    }
                }
            }
            return new Place(resource(request), List.copyOf(vary), variant(request, vary));
        }

        /** Whether nobody knows what the answer depends on, so that no other request can be the same. */
        static boolean variesByAnything(Headers response) {
            return response.all(VARY).stream().anyMatch(value -> value.indexOf('*') >= 0);
        }

        private static String resource(Request request) {
            String host = request.host();
            return (host == null ? "" : host.toLowerCase(Locale.ROOT)) + "\n" + request.target();
        }

        private static String variant(Request request, List<HeaderName> vary) {
            StringBuilder values = new StringBuilder();
            for (HeaderName name : vary) {
                values.append(name).append('\n');
                request.headers().all(name).forEach(value -> values.append(value)
                        .append('\n'));
            }
            return values.toString();
        }

        long bytes() {
            return PLACE_BYTES + 2L * resource.length() + variant.length();
        }
    }

    private record Entry(Place place, StaleAnswer answer) {
        long bytes() {
            return place.bytes() + answer.bytes();
        }
    }

    /** The answers to one resource. Guarded by the store. */
    private static final class Variants {
        private List<HeaderName> vary = List.of(); // of the last answer
        private int count;
    }

    private static final BufferBudget NO_LIMIT = new BufferBudget(Long.MAX_VALUE);

    private final Map<String, Entry> entries = new LinkedHashMap<>(); // the oldest first; guarded by this
    private final Map<String, Variants> variants = new HashMap<>(); // by resource; guarded by this
    private BufferBudget heap; // of all stores together; guarded by this
    private long bytes; // guarded by this

    /** @param heap what all stores in memory may take together */
    public StaleStore(BufferBudget heap) {
        this.heap = heap;
    }

    /** Gives up everything: its rung is gone. What requests that are still under way leave here is not counted. */
    public synchronized void end() {
        heap.giveBack(bytes);
        heap = NO_LIMIT;
        entries.clear();
        variants.clear();
        bytes = 0;
    }

    /** The answer to the same request; null when there is none that is young enough. */
    synchronized @Nullable StaleAnswer find(Request request, long maxAgeNanos, long now) {
        Entry entry = entries.get(key(request));
        if (entry == null) {
            return null;
        }
        if (now - entry.answer.keptNanos() > maxAgeNanos) {
            remove(key(entry.place));
            return null;
        }
        return entry.answer;
    }

    /** Puts an answer in the place of the one before, if it fits at all; the oldest ones make room for it. */
    synchronized void keep(Place place, StaleAnswer answer, long maxBytes) {
        remove(key(place));
        Entry entry = new Entry(place, answer);
        if (!makeRoom(entry.bytes(), maxBytes)) {
            return;
        }
        entries.put(key(place), entry);
        Variants all = variants.computeIfAbsent(place.resource, _ -> new Variants());
        all.vary = place.vary;
        all.count++;
    }

    private boolean makeRoom(long more, long maxBytes) {
        if (more > maxBytes) {
            return false; // giving up all of them would not be enough
        }
        while (bytes + more > maxBytes || !heap.tryTake(more)) {
            Iterator<String> oldest = entries.keySet().iterator();
            if (!oldest.hasNext()) {
                return false;
            }
            remove(oldest.next());
        }
        bytes += more;
        return true;
    }

    /** Keeps the answer to this request no longer. */
    synchronized void forget(Request request) {
        remove(key(request));
    }

    /** What is held, about. From any thread. */
    synchronized long bytes() {
        return bytes;
    }

    private String key(Request request) {
        String resource = Place.resource(request);
        Variants all = variants.get(resource);
        return resource + "\n" + (all == null ? "" : Place.variant(request, all.vary));
    }

    private static String key(Place place) {
        return place.resource + "\n" + place.variant;
    }

    private void remove(String key) {
        Entry gone = entries.remove(key);
        if (gone == null) {
            return;
        }
        bytes -= gone.bytes();
        heap.giveBack(gone.bytes());
        Variants all = variants.get(gone.place.resource);
        if (all != null && --all.count == 0) {
            variants.remove(gone.place.resource);
        }
    }
}
