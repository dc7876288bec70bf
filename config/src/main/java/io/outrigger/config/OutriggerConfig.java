package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.MapOf;
import io.outrigger.config.key.NameKind;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.WholeNumber;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The whole file, with every default filled in. Immutable. */
public record OutriggerConfig(
        int version,
        String service,
        List<ListenerConfig> listeners,
        Optional<AdminConfig> admin,
        Optional<TelemetryConfig> telemetry,
        Optional<TracingConfig> tracing,
        DrainConfig drain,
        LoggingConfig logging,
        Map<String, StoreConfig> stores,
        Map<String, UpstreamConfig> upstreams,
        PoliciesConfig defaults,
        List<RouteConfig> routes) {

    private static final String NAMELESS = "unknown";
    private static final Key<Integer> VERSION = Key.of("version", WholeNumber.of(1, 1), "The version of this format.")
            .or("1");
    private static final Key<String> SERVICE = Key.of(
                    "service", Texts.SERVICE, "The name of the service, as label of metrics and name in traces.")
            .or("${OTEL_SERVICE_NAME:-" + NAMELESS + "}");
    private static final Key<List<ListenerConfig>> LISTENERS = Key.of(
            "listeners", ListenerConfig.BLOCK.list(1).atMost(100), "The ports that the service's calls come in on.");
    private static final Key<Optional<AdminConfig>> ADMIN = Key.orOff(
            "admin",
            AdminConfig.BLOCK,
            "The port for looking inside and for changing state. Without it there is none.");
    private static final Key<Optional<TelemetryConfig>> TELEMETRY = Key.orOff(
            "telemetry",
            TelemetryConfig.BLOCK,
            "A read-only port for probes and scrapers: /metrics, /healthz, /ready, /startup.");
    private static final Key<Optional<TracingConfig>> TRACING =
            Key.orOff("tracing", TracingConfig.BLOCK, "Where spans are sent.");
    private static final Key<DrainConfig> DRAIN = Key.of(
                    "drain", DrainConfig.BLOCK, "How long a stopping process goes on serving.")
            .or("{}");
    private static final Key<LoggingConfig> LOGGING = Key.of(
                    "logging", LoggingConfig.BLOCK, "What is written to stdout, as JSON.")
            .or("{}");
    private static final Key<Map<String, StoreConfig>> STORES = Key.of(
                    "stores",
                    MapOf.defining(NameKind.STORE, Texts.STORE_NAME, StoreConfig.BLOCK),
                    "Where state is kept that sidecars share.")
            .or("{}");
    private static final Key<Map<String, UpstreamConfig>> UPSTREAMS = Key.of(
                    "upstreams",
                    MapOf.defining(NameKind.UPSTREAM, Texts.UPSTREAM_NAME, UpstreamConfig.BLOCK),
                    "Where requests go, by name.")
            .or("{}");
    private static final Key<PoliciesConfig> DEFAULTS = Key.of(
                    "defaults",
                    PoliciesConfig.BLOCK,
                    "Policies of every route that does not have the same key itself; a route's key replaces the whole of it.")
            .or("{}");
    private static final Key<List<RouteConfig>> ROUTES = Key.of(
                    "routes",
                    RouteConfig.BLOCK.list(0).atMost(1000),
                    "Which requests go where, and how. The first match wins.")
            .or("[]");

    /** The defaults come before the routes, which take over what they do not have. */
    static final Block<OutriggerConfig> BLOCK = Block.of(
                    "The whole file.",
                    v -> new OutriggerConfig(
                            v.get(VERSION),
                            v.get(SERVICE),
                            v.get(LISTENERS),
                            v.get(ADMIN),
                            v.get(TELEMETRY),
                            v.get(TRACING),
                            v.get(DRAIN),
                            v.get(LOGGING),
                            v.get(STORES),
                            v.get(UPSTREAMS),
                            v.get(DEFAULTS),
                            v.get(ROUTES)),
                    VERSION,
                    SERVICE,
                    LISTENERS,
                    ADMIN,
                    TELEMETRY,
                    TRACING,
                    DRAIN,
                    LOGGING,
                    STORES,
                    UPSTREAMS,
                    DEFAULTS,
                    ROUTES)
            .example("""
                    listeners:
                      - name: outbound
                        address: 127.0.0.1:15100
                        upstream: payments            # takes what no route matches
                    telemetry:
                      address: 127.0.0.1:15102
                    upstreams:
                      payments:
                        endpoints: [payments.internal:8080]
                    routes:
                      - name: charge
                        match: {path: {prefix: /v1/charges}, methods: [POST]}
                        upstream: payments
                        timeout: {request: 2s, attempt: 800ms}
                    """);

    public OutriggerConfig {
        VERSION.check(version);
        listeners = List.copyOf(listeners);
        stores = Collections.unmodifiableMap(new LinkedHashMap<>(stores));
        upstreams = Collections.unmodifiableMap(new LinkedHashMap<>(upstreams));
        routes = List.copyOf(routes);
        Rejected.unless(!listeners.isEmpty(), "listeners", "an empty list", "at least one");
        Rejected.unless(
                !routes.isEmpty()
                        || listeners.stream().anyMatch(one -> one.upstream().isPresent()),
                "listeners",
                "nothing to serve",
                "routes, or an upstream in a listener");
        PoliciesConfig under = defaults;
        Sharing.check(
                listeners.stream()
                        .flatMap(listener -> unmatched(listener, under).stream())
                        .toList(),
                routes);
    }

    /** Whether the service has a name that tells it from others. */
    public boolean hasServiceName() {
        return !service.equals(NAMELESS);
    }

    /**
     * The route for what no other route takes on this listener: to the listener's upstream, under {@code defaults}.
     * Its name is {@code listener:NAME}, which no route of the file can have. Empty when the listener names no upstream.
     */
    public Optional<RouteConfig> unmatched(ListenerConfig listener) {
        return unmatched(listener, defaults);
    }

    private static Optional<RouteConfig> unmatched(ListenerConfig listener, PoliciesConfig defaults) {
        return listener.upstream()
                .map(upstream -> new RouteConfig(
                        "listener:" + listener.name(),
                        MatchConfig.everything(),
                        new RouteTarget.One(upstream),
                        Optional.empty(),
                        defaults,
                        Optional.empty()));
    }
}
