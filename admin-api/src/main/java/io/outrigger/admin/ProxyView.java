package io.outrigger.admin;

import io.outrigger.config.ReadResult;
import io.outrigger.exchange.Loop;
import io.outrigger.filter.circuitbreaker.RouteCircuits;
import io.outrigger.filter.fault.Experiments;
import io.outrigger.filter.idempotency.RouteKeys;
import io.outrigger.filter.observe.RecentExchanges;
import io.outrigger.filter.slo.Slo;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the admin port sees of the proxy. Asked on the admin thread: answers at once where nothing else is said, and
 * changes nothing. Shared by all loops.
 */
public interface ProxyView {
    /** Whether the configuration has been loaded and all listeners are bound; stays true from then on. */
    boolean started();

    /** Why no traffic should be sent here, such as {@code draining}; empty when the proxy is ready for it. */
    Optional<String> notReady();

    /** The configuration that is in force. */
    ConfigView config();

    /** The same, or what is wrong with the files that it names. Reads them: asked on a thread that may wait. */
    ReadResult withItsFiles(ReadResult read);

    /** What became of the file the last times that it was read, the very last first; the start is the first of all. */
    List<ReloadView> reloads();

    /** What can be asked of the proxy. */
    Controls controls();

    /** The routes in the order in which they are tried, those of listeners for unmatched requests last. */
    List<RouteView> routes();

    /**
     * What would become of a request: maps, lists, strings, numbers and truth values.
     *
     * @param headers each as {@code name: value}
     */
    Map<String, Object> explain(String method, String url, List<String> headers);

    /** The circuits of a route; empty when it has none. */
    Optional<RouteCircuits> circuits(String route);

    /** The idempotency keys of a route; empty when it has none. */
    Optional<RouteKeys> keys(String route);

    /** What a route promises, and how it stands; empty when it promises nothing. */
    Optional<Slo> slo(String route);

    /** The experiments that run, and the last ones that did. */
    Experiments experiments();

    /** The upstreams by name. */
    List<UpstreamView> upstreams();

    /** The exchanges that failed or were slow, and some others. */
    RecentExchanges recent();

    /** The levels of the log; empty when the process has none of its own. */
    Optional<LogLevels> logLevels();

    /** All event loops of the data path. */
    List<? extends Loop> loops();
}
