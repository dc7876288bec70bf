package io.outrigger.e2e;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * An upstream that does to each request what the request says, and remembers how often it had each of them whole: each
 * time counts as a side effect. Shared by all threads.
 */
final class SoakUpstream implements AutoCloseable {
    static final int MOST = 4_000_000; // requests

    private final AtomicIntegerArray effects = new AtomicIntegerArray(MOST); // by the number of the request
    private final Map<String, LongAdder> received = new ConcurrentHashMap<>(); // by route
    private final AtomicLong ended = new AtomicLong();
    private final ScriptedUpstream server;

    SoakUpstream() throws IOException {
        server = new ScriptedUpstream(this::serve);
    }

    int port() {
        return server.port();
    }

    /** How often it had this request. */
    int effects(int number) {
        return effects.get(number);
    }

    /** Whole requests that it had by this route. */
    long received(String route) {
        LongAdder count = received.get(route);
        return count == null ? 0 : count.sum();
    }

    /** Connections that it ended because a request had begun to arrive. */
    long ended() {
        return ended.get();
    }

    private void serve(Wire wire) throws Exception {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            String target = request.target();
            String path = target.substring(0, target.indexOf('?'));
            received.computeIfAbsent(path.split("/")[1], _ -> new LongAdder()).increment();
            int count = effects.incrementAndGet(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)));
            Fault fault = Fault.of(request);
            if (fault == Fault.UNAVAILABLE && count > 1) {
                fault = Fault.NONE; // a retry helps
            }
            boolean goesOn = fault.happens(wire, path + " " + count);
            if (fault == Fault.ENDS_AT_THE_NEXT_REQUEST && !wire.endsWithoutAnotherByte()) {
                ended.incrementAndGet();
                wire.reset();
            }
            if (!goesOn) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
