package io.outrigger.admin;

import io.netty.channel.Channel;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the connections to one port, and the answers that they have not taken yet, within limits. Where there is no
 * room for another one, the one that has kept us waiting longest has to go: so clients that only hold on to what they
 * have keep nobody out. Confined to one loop: that of the admin server.
 */
final class Guests {
    private final int most;
    private final long mostBytes;
    private final Set<Channel> waiting = new LinkedHashSet<>(); // for a request; those that wait longest first
    private final Map<Channel, Integer> served = new LinkedHashMap<>(); // with the bytes of their answers; likewise
    private long bytes; // of all answers
    private final Map<Channel, Integer> received = new LinkedHashMap<>(); // bytes of bodies that are being read
    private long receivedBytes; // of all of them

    /**
     * @param most connections
     * @param mostBytes of answers that have not been taken; a single answer may be longer. And of bodies being read
     */
    Guests(int most, long mostBytes) {
        this.most = most;
        this.mostBytes = mostBytes;
    }

    void enter(Channel channel) {
        waiting.add(channel);
        if (waiting.size() + served.size() > most) {
            Channel first = waiting.iterator().next();
            leave(first);
            first.close();
        }
    }

    void leave(Channel channel) {
        waiting.remove(channel);
        received(channel);
        Integer held = served.remove(channel);
        bytes -= held == null ? 0 : held;
    }

    /** So many more bytes of a body are to be kept: whether there is room for them. */
    boolean tryReceive(Channel channel, int length) {
        if (receivedBytes + length > mostBytes) {
            return false;
        }
        received.merge(channel, length, Integer::sum);
        receivedBytes += length;
        return true;
    }

    /** The body that was being read is not kept any longer. */
    void received(Channel channel) {
        Integer held = received.remove(channel);
        receivedBytes -= held == null ? 0 : held;
    }

    /** An answer is being made for this one. */
    void serve(Channel channel) {
        if (waiting.remove(channel)) {
            served.put(channel, 0);
        }
    }

    /** The answer is made; it takes so many bytes until the client has it. */
    void sending(Channel channel, int length) {
        if (served.replace(channel, length) == null) {
            return; // it has left
        }
        bytes += length;
        for (Map.Entry<Channel, Integer> other : List.copyOf(served.entrySet())) {
            if (bytes <= mostBytes) {
                return;
            }
            if (other.getKey() != channel && other.getValue() > 0) {
                leave(other.getKey());
                other.getKey().close();
            }
        }
    }

    /** This one has its answer. */
    void served(Channel channel) {
        Integer held = served.remove(channel);
        if (held != null) {
            bytes -= held;
            waiting.add(channel);
        }
    }
}
