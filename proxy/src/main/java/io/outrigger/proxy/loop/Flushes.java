package io.outrigger.proxy.loop;

import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends what was written to many connections together, once the loop has dealt with everything that it was woken for.
 * A send wakes the peer when it sleeps, which costs more than the send itself: peers that are woken by the first of a
 * row of sends are still awake for the others. Alone, a send is delayed by nothing but its own turn of the loop. One per
 * loop. Confined to one loop.
 *
 * <p>Measured beside sending at once (GET 1 KiB, 32 connections, one core, 6 alternating rounds): 9.8 against 10.6 µs of
 * CPU per request, 103,100 against 95,000 requests/s.
 */
public final class Flushes {
    private static final int LARGE_BYTES = 8 * 1024; // what costs more to keep in memory than to send by itself

    private final List<ChannelHandlerContext> waiting = new ArrayList<>();
    private final Runnable all = this::flushAll;

    /** So many bytes were written to the connection, and are to be sent soon. */
    public void later(ChannelHandlerContext written, int bytes) {
        if (bytes >= LARGE_BYTES) {
            written.flush();
            return;
        }
        waiting.add(written);
        if (waiting.size() == 1) {
            written.executor().execute(all);
        }
    }

    private void flushAll() {
        int next = 0;
        try {
            while (next < waiting.size()) { // a flush may bring about writes, which join the row
                waiting.get(next++).flush();
            }
        } finally {
            waiting.subList(0, next).clear();
            if (!waiting.isEmpty()) { // a bug has thrown; the others are not to wait for ever
                waiting.getFirst().executor().execute(all);
            }
        }
    }
}
