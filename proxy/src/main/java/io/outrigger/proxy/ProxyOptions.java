package io.outrigger.proxy;

import io.outrigger.proxy.reload.Source;
import java.io.OutputStream;
import java.util.Optional;

/**
 * What the configuration file does not say. Immutable.
 *
 * @param loops the number of event loops
 * @param nativeTransport whether to take epoll where it is to be had
 * @param source the file that is watched; empty where there is none
 * @param log where log and access lines go, and with them java.util.logging of the whole process; empty for nowhere
 */
public record ProxyOptions(int loops, boolean nativeTransport, Optional<Source> source, Optional<OutputStream> log) {
    public static ProxyOptions defaults() {
        return new ProxyOptions(Runtime.getRuntime().availableProcessors(), true, Optional.empty(), Optional.empty());
    }

    public ProxyOptions withLog(OutputStream out) {
        return new ProxyOptions(loops, nativeTransport, source, Optional.of(out));
    }

    public ProxyOptions withSource(Source file) {
        return new ProxyOptions(loops, nativeTransport, Optional.of(file), log);
    }
}
