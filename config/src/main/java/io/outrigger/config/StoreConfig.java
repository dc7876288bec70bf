package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A place outside the process where state is shared between sidecars. Immutable. */
public record StoreConfig(String name, Redis redis) {
    /** The uri may also name Sentinels or a Cluster. */
    public record Redis(URI uri, Duration timeout, Optional<Path> passwordFile) {
        private static final Key<URI> URI_KEY = Key.of(
                "uri",
                Texts.uri(
                        "a redis:// or rediss:// URI, with -sentinel or -cluster where that is meant",
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

        static final Block<Redis> BLOCK = Block.of(
                "A Redis: one, behind Sentinels, or a Cluster.",
                v -> new Redis(v.get(URI_KEY), v.get(TIMEOUT), v.get(PASSWORD_FILE)),
                URI_KEY,
                TIMEOUT,
                PASSWORD_FILE);

        public Redis {
            TIMEOUT.check(timeout);
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
