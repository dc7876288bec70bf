package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.WholeNumber;
import java.time.Duration;

/** What one listener takes from its clients, in number, size and time. Immutable. */
public record LimitsConfig(
        int connections,
        DataSize headerBytes,
        int headerCount,
        DataSize uriBytes,
        Duration headTimeout,
        Duration idleTimeout,
        Duration bodyIdleTimeout) {

    private static final Sizes HEAD = Sizes.of(new DataSize(256), DataSize.ofMiB(1));
    private static final Durations TIME = Durations.upTo(Duration.ofHours(24));

    private static final Key<Integer> CONNECTIONS = Key.of(
                    "connections",
                    WholeNumber.of(1, 1_000_000),
                    "Connections at once; more are answered with 503 and closed.")
            .or("10000");
    private static final Key<DataSize> HEADER_BYTES = Key.of(
                    "headerBytes", HEAD, "Size of a request's head; a larger one is answered with 431.")
            .or("32KiB");
    private static final Key<Integer> HEADER_COUNT = Key.of(
                    "headerCount", WholeNumber.of(1, 10_000), "Fields of a request's head; more are answered with 431.")
            .or("100");
    private static final Key<DataSize> URI_BYTES = Key.of(
                    "uriBytes", HEAD, "Size of a request's target; a longer one is answered with 414.")
            .or("8KiB");
    private static final Key<Duration> HEAD_TIMEOUT = Key.of(
                    "headTimeout", TIME, "From the first byte of a head to its last; then 408.")
            .or("10s");
    private static final Key<Duration> IDLE_TIMEOUT = Key.of(
                    "idleTimeout", TIME, "Time between two requests of a connection; then it is closed.")
            .or("60s");
    private static final Key<Duration> BODY_IDLE_TIMEOUT = Key.of(
                    "bodyIdleTimeout", TIME, "Time between two pieces of a request's body; then 408.")
            .or("60s");

    static final Block<LimitsConfig> BLOCK = Block.of(
                    "What a listener takes from its clients, in number, size and time.",
                    v -> new LimitsConfig(
                            v.get(CONNECTIONS),
                            v.get(HEADER_BYTES),
                            v.get(HEADER_COUNT),
                            v.get(URI_BYTES),
                            v.get(HEAD_TIMEOUT),
                            v.get(IDLE_TIMEOUT),
                            v.get(BODY_IDLE_TIMEOUT)),
                    CONNECTIONS,
                    HEADER_BYTES,
                    HEADER_COUNT,
                    URI_BYTES,
                    HEAD_TIMEOUT,
                    IDLE_TIMEOUT,
                    BODY_IDLE_TIMEOUT)
            .example("""
                    connections: 2000
                    headerBytes: 64KiB
                    idleTimeout: 5m
                    """);

    public LimitsConfig {
        CONNECTIONS.check(connections);
        HEADER_BYTES.check(headerBytes);
        HEADER_COUNT.check(headerCount);
        URI_BYTES.check(uriBytes);
        HEAD_TIMEOUT.check(headTimeout);
        IDLE_TIMEOUT.check(idleTimeout);
        BODY_IDLE_TIMEOUT.check(bodyIdleTimeout);
    }

    public static LimitsConfig defaults() {
        return BLOCK.ofDefaults();
    }
}
