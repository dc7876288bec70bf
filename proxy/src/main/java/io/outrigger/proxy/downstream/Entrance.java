package io.outrigger.proxy.downstream;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Service;

/** What stands behind a listener: the routes that take its requests. Shared by all loops. */
public interface Entrance extends Service {
    /**
     * Is told of a request that was refused before it could be a request, for logs and metrics.
     *
     * @param method as received, empty when it was not even that
     */
    void refused(Exchange exchange, String method, Failure why);

    /** Whether the process is going, so that clients are asked to close their connections. */
    boolean draining();
}
