package io.outrigger.config;

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

    public UpstreamConfig {
        endpoints = List.copyOf(endpoints);
        failover = List.copyOf(failover);
    }
}
