package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Rejected;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A place outside the process where state is shared between sidecars. Immutable. */
public record StoreConfig(String name, Redis redis) {
    /** The uri may also name Sentinels or a Cluster. */
    public record Redis(URI uri, Duration timeout, Optional<Path> passwordFile, Optional<Path> caFile) {
        private static final Key<URI> URI_KEY = Key.of(
                "uri",
                Texts.uri(
                        "a URI of redis, rediss, redis-sentinel, rediss-sentinel, redis-cluster or rediss-cluster",
                        List.of(
                                "redis",
                                "rediss",
                                "redis-sentinel",
                                "rediss-sentinel",
                                "redis-cluster",
                                "rediss-cluster")),
                "Where Redis is; rediss is TLS.");
        private static final Key<Duration> TIMEOUT = Key.of(
                        "timeout", Durations.upTo(Duration.ofMinutes(1)), "How long an answer of Redis may take.")
                .or("250ms");
        private static final Key<Optional<Path>> PASSWORD_FILE =
                Key.optional("passwordFile", Texts.FILE, "Holds the password. Watched.");

        private static final Key<Optional<Path>> CA_FILE = Key.optional(
                "caFile",
                Texts.FILE,
                "Authorities that are trusted with rediss, in PEM; those of the system without it. Read for each connection.");

        static final Block<Redis> BLOCK = Block.of(
                "A Redis: one, behind Sentinels, or a Cluster.",
                v -> new Redis(v.get(URI_KEY), v.get(TIMEOUT), v.get(PASSWORD_FILE), v.get(CA_FILE)),
                URI_KEY,
                TIMEOUT,
                PASSWORD_FILE,
                CA_FILE);

        public Redis {
            TIMEOUT.check(timeout);
            String shown = Texts.withoutPassword(uri.toString());
            String hosts = Texts.hosts(uri);
            boolean sentinels = uri.getScheme().endsWith("-sentinel");
            Rejected.unless(
                    !sentinels
                            || uri.getFragment() != null && !uri.getFragment().isEmpty(),
                    "uri",
                    shown,
                    "#NAME of the master at its end");
            Rejected.unless(
                    Texts.areHosts(hosts), "uri", shown, "hosts, each with a port from 1 to 65535, or without one");
            Rejected.unless(
                    sentinels || !hosts.contains("_"),
                    "uri",
                    shown,
                    "hosts without underscores, unless they are Sentinels");
            Rejected.unless(
                    uri.getScheme().contains("-") || !hosts.contains(","),
                    "uri",
                    shown,
                    "one host; several are Sentinels (redis-sentinel) or nodes (redis-cluster)");
            Rejected.unless(
                    uri.getRawPath().matches("(/\\d{0,9})?"),
                    "uri",
                    shown,
                    "the number of a database, or nothing, behind the hosts");
            Rejected.unless(
                    caFile.isEmpty() || uri.getScheme().startsWith("rediss"),
                    "caFile",
                    "without TLS",
                    "a rediss:// uri");
        }
    }

    private static final Key<Redis> REDIS = Key.of("redis", Redis.BLOCK, "The Redis that it is.");

    static final Block<StoreConfig> BLOCK = Block.of(
                    "A place outside the process where sidecars share state.",
                    v -> new StoreConfig(v.name(), v.get(REDIS)),
                    REDIS)
            .example("""
                    redis: {uri: "rediss://redis.internal:6380", passwordFile: /etc/outrigger/redis-password}
                    """);
}
