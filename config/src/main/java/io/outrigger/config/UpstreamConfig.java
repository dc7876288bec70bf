package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.OneOf;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.Word;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A named set of endpoints, how one of them is chosen and how it is spoken to. Immutable. */
public record UpstreamConfig(
        String name,
        List<EndpointConfig> endpoints,
        Protocol protocol,
        Balance balance,
        Duration connectTimeout,
        PoolConfig pool,
        DnsConfig dns,
        Optional<HealthCheckConfig> healthCheck,
        Optional<OutlierDetectionConfig> outlierDetection,
        Share panicThreshold,
        Optional<Duration> slowStart,
        List<String> failover,
        Optional<UpstreamTlsConfig> tls) {

    /** AUTO lets ALPN decide between the other two. */
    public enum Protocol {
        HTTP1,
        HTTP2,
        AUTO
    }

    private static final Key<List<EndpointConfig>> ENDPOINTS = Key.of(
            "endpoints",
            OneOf.of(EndpointConfig.SHORT, EndpointConfig.BLOCK).list(1),
            "Its addresses, as host:port or in the long form; every A and AAAA record of a name is an endpoint.");
    private static final Key<Protocol> PROTOCOL = Key.of(
                    "protocol", Word.of(Protocol.values()), "What is spoken; auto lets ALPN decide.")
            .or("http1");
    private static final Key<Balance> BALANCE = Key.of(
                    "balance", Balance.Keys.TYPE, "How the endpoint of an attempt is chosen.")
            .or("peakEwma");
    private static final Key<Duration> CONNECT_TIMEOUT = Key.of(
                    "connectTimeout", Durations.upTo(Duration.ofHours(1)), "How long TCP and TLS may take together.")
            .or("1s");
    private static final Key<PoolConfig> POOL = Key.of("pool", PoolConfig.BLOCK, "Its connections, over all routes.")
            .or("{}");
    private static final Key<DnsConfig> DNS = Key.of("dns", DnsConfig.BLOCK, "How often names are resolved again.")
            .or("{}");
    private static final Key<Optional<HealthCheckConfig>> HEALTH_CHECK =
            Key.orOff("healthCheck", HealthCheckConfig.BLOCK, "Asks endpoints for their health.");
    private static final Key<Optional<OutlierDetectionConfig>> OUTLIER_DETECTION = Key.orOff(
            "outlierDetection", OutlierDetectionConfig.BLOCK, "Leaves out endpoints that do worse than the others.");
    private static final Key<Optional<Share>> PANIC_THRESHOLD = Key.of(
                    "panicThreshold", Shares.ANY.orOff(), "When fewer endpoints than that are well, all are used.")
            .or("50%");
    private static final Key<Optional<Duration>> SLOW_START = Key.orOff(
            "slowStart",
            Durations.upTo(Duration.ofHours(1)),
            "How long the share of an endpoint that comes to the others grows to its full size.");
    private static final Key<Optional<List<String>>> FAILOVER = Key.orOff(
            "failover", Texts.UPSTREAM.list(1), "Upstreams that are tried in order when no endpoint here is usable.");
    private static final Key<Optional<UpstreamTlsConfig>> TLS =
            Key.orOff("tls", UpstreamTlsConfig.BLOCK, "Its presence, even as {}, means TLS.");

    static final Block<UpstreamConfig> BLOCK = Block.of(
                    "A named set of endpoints, how one of them is chosen and how it is spoken to.",
                    v -> new UpstreamConfig(
                            v.name(),
                            v.get(ENDPOINTS),
                            v.get(PROTOCOL),
                            v.get(BALANCE),
                            v.get(CONNECT_TIMEOUT),
                            v.get(POOL),
                            v.get(DNS),
                            v.get(HEALTH_CHECK),
                            v.get(OUTLIER_DETECTION),
                            v.get(PANIC_THRESHOLD).orElse(new Share(0)),
                            v.get(SLOW_START),
                            v.get(FAILOVER).orElse(List.of()),
                            v.get(TLS)),
                    ENDPOINTS,
                    PROTOCOL,
                    BALANCE,
                    CONNECT_TIMEOUT,
                    POOL,
                    DNS,
                    HEALTH_CHECK,
                    OUTLIER_DETECTION,
                    PANIC_THRESHOLD,
                    SLOW_START,
                    FAILOVER,
                    TLS)
            .example("""
                    endpoints: [payments.internal:8080, {address: 10.0.0.1:80, weight: 2, zone: a}]
                    balance: {ringHash: {header: x-user}}
                    connectTimeout: 500ms
                    pool: {maxConnections: 100, maxWait: 20ms}
                    """);

    public UpstreamConfig {
        endpoints = List.copyOf(endpoints);
        failover = List.copyOf(failover);
        Rejected.unless(!endpoints.isEmpty(), "endpoints", "an empty list", "at least one");
        CONNECT_TIMEOUT.check(connectTimeout);
        SLOW_START.check(slowStart);
        boolean named = tls.flatMap(UpstreamTlsConfig::serverName).isPresent();
        for (EndpointConfig endpoint : endpoints) {
            Rejected.unless(
                    tls.isEmpty() || named || !(endpoint.address() instanceof Address.Unix),
                    "tls",
                    "without serverName",
                    "serverName besides, as " + endpoint.address() + " has no host that a certificate could be for");
        }
    }
}
