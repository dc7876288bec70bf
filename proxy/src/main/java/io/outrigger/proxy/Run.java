package io.outrigger.proxy;

import io.outrigger.config.ReadResult;
import io.outrigger.proxy.cli.Exit;
import io.outrigger.proxy.cli.Terminal;
import java.util.concurrent.atomic.AtomicInteger;

/** The command {@code run}: the proxy alone, its log on stdout, until a signal ends it. Shared by all loops. */
final class Run {
    private Run() {}

    /** Tells how the process is to exit: with 0 once drained, or as a second signal says. */
    static int untilToldToEnd(ReadResult.Ok read, Terminal terminal) throws StartException {
        AtomicInteger exit = new AtomicInteger(Exit.FINE);
        ProxyOptions options = ProxyOptions.defaults().withLog(terminal.out());
        try (Proxy proxy = Proxy.start(read, options)) {
            Signals.onEnd(signalled -> {
                if (signalled == 0) {
                    proxy.drain();
                    return;
                }
                exit.set(signalled);
                proxy.close();
            });
            proxy.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants this thread back; the proxy has been closed
        }
        return exit.get();
    }
}
