package io.outrigger.proxy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import sun.misc.Signal;

/** Tells what signals ask of the process: to end (SIGTERM, SIGINT), to reload (SIGHUP). Shared by all loops. */
final class Signals {
    private Signals() {}

    /**
     * From now on these signals do not end the process. The JDK's shutdown hooks could not make it exit with 0.
     *
     * @param asked is told, on a thread of its own, 0 the first time and later what a process exits with that the
     *     signal has ended
     */
    static void onEnd(IntConsumer asked) {
        AtomicInteger count = new AtomicInteger();
        for (String name : new String[] {"TERM", "INT"}) {
            Signal.handle(new Signal(name), signal -> {
                asked.accept(count.getAndIncrement() == 0 ? 0 : 128 + signal.getNumber());
            });
        }
    }

    /** From now on SIGHUP does not end the process, but has it do this, on a thread of its own. */
    static void onReload(Runnable asked) {
        Signal.handle(new Signal("HUP"), _ -> asked.run());
    }
}
