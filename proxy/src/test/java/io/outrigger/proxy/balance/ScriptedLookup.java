package io.outrigger.proxy.balance;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/** A name service whose every answer waits for the test: each look-up blocks the resolver until it is given one. */
final class ScriptedLookup implements Resolver.Lookup {
    private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final SynchronousQueue<InetAddress[]> answers = new SynchronousQueue<>();
    private volatile Thread thread;

    @Override
    public InetAddress[] addresses(String name) throws UnknownHostException {
        thread = Thread.currentThread();
        asked.add(name);
        InetAddress[] answer;
        try {
            answer = answers.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException("given up", e);
        }
        if (answer.length == 0) {
            throw new UnknownHostException(name);
        }
        return answer;
    }

    /** Waits for the next look-up, which must be of this name, and lets it find these; none at all is a failure. */
    void answer(String name, String... addresses) throws InterruptedException {
        if (!name.equals(asked.poll(30, TimeUnit.SECONDS))) {
            throw new AssertionError("nobody looks up " + name);
        }
        boolean taken = answers.offer(
                Arrays.stream(addresses).map(InetAddress::ofLiteral).toArray(InetAddress[]::new), 30, TimeUnit.SECONDS);
        if (!taken) {
            throw new AssertionError("nobody waits for the addresses of " + name);
        }
    }

    /** Waits until a look-up is under way; what the one before it found has then been told. */
    void awaitAsked() throws InterruptedException {
        String name = asked.poll(30, TimeUnit.SECONDS);
        if (name == null) {
            throw new AssertionError("nobody looks anything up");
        }
        asked.add(name);
    }

    /** The thread that was the last to look something up. */
    Thread thread() {
        return thread;
    }

    /** How many look-ups have begun and were not answered. */
    int waiting() {
        return asked.size();
    }
}
