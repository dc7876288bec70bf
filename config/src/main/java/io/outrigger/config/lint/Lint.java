package io.outrigger.config.lint;

import io.outrigger.config.DataSize;
import io.outrigger.config.ListenerConfig;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.yaml.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds what is allowed and yet cannot work as it was meant. */
public final class Lint {
    private static final long OWN_HEAP = 16L << 20; // what the proxy itself needs

    private Lint() {}

    /**
     * What should be looked at, with its place, in the order of the file.
     *
     * @param file its name, for messages
     * @param content of the file that the configuration was read from
     * @param heapBytes that the proxy has where it will run
     */
    public static List<Problem> of(String file, byte[] content, OutriggerConfig config, long heapBytes) {
        Findings findings = new Findings(file, Positions.of(content));
        Map<String, RouteConfig> routes = routes(config);
        PolicyLint policies = new PolicyLint(findings, config);
        routes.forEach(policies::check);
        routes.forEach(new KeyLint(findings)::check);
        routes.forEach(new FaultLint(findings)::check);
        routes.forEach(new Stars(findings)::check);
        new UpstreamLint(findings, config).check();
        Shadows.check(config.routes(), findings);
        stores(routes, heapBytes, findings);
        return findings.inOrder();
    }

    /** By where they stand, those of listeners for what no other takes besides. */
    private static Map<String, RouteConfig> routes(OutriggerConfig config) {
        Map<String, RouteConfig> routes = new LinkedHashMap<>();
        for (int i = 0; i < config.routes().size(); i++) {
            routes.put("routes[" + i + "]", config.routes().get(i));
        }
        for (int i = 0; i < config.listeners().size(); i++) {
            ListenerConfig listener = config.listeners().get(i);
            String at = "listeners[" + i + "].upstream";
            config.unmatched(listener).ifPresent(route -> routes.put(at, route));
        }
        return routes;
    }

    private static void stores(Map<String, RouteConfig> routes, long heapBytes, Findings findings) {
        long bytes = 0;
        for (Map.Entry<String, RouteConfig> route : routes.entrySet()) {
            long more = route.getValue().policies().storeBytes();
            bytes += more;
            if (more > 0 && bytes > heapBytes - OWN_HEAP) {
                findings.add(
                        route.getKey(),
                        "stores in memory of " + rounded(bytes) + " up to this route (expected: at most "
                                + rounded(Math.max(0, heapBytes - OWN_HEAP)) + ", which is the heap without the "
                                + rounded(OWN_HEAP) + " that the proxy itself needs)",
                        "idempotency.memory.maxBytes",
                        "fallback.rungs");
                return;
            }
        }
    }

    private static DataSize rounded(long bytes) {
        return DataSize.ofMiB(Math.ceilDiv(bytes, 1L << 20));
    }
}
