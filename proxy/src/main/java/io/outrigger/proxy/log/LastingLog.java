package io.outrigger.proxy.log;

import java.util.logging.LogManager;

/**
 * Keeps the program's log while the virtual machine shuts down. The one it replaces takes all handlers away in a
 * shutdown hook, which runs beside the one that drains the proxy and still has something to tell. Shared by all loops.
 */
public final class LastingLog extends LogManager {
    @Override
    public void reset() {}
}
