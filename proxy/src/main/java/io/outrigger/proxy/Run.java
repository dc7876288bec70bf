package io.outrigger.proxy;

import io.outrigger.config.ReadResult;

/** The command {@code run}: the proxy alone, its log on stdout, until a signal ends it. Shared by all loops. */
final class Run {
    private Run() {}

    /** Tells how the process is to exit. */
    static int untilToldToEnd(ReadResult.Ok read, ProxyOptions options, Orders orders) throws StartException {
        try (Proxy proxy = Proxy.start(read, options)) {
            orders.obeyedBy(proxy);
            proxy.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants this thread back; the proxy has been closed
        }
        return orders.exit();
    }
}
