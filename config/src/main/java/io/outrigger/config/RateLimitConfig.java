package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.WholeNumber;
import java.util.Optional;

/** How many requests are let in, per value of a header if one is named. Immutable. */
public record RateLimitConfig(int requestsPerSecond, int burst, Optional<KeyBy> key, Optional<String> store) {
    /** What has a bucket of its own: each value of the header. */
    public record KeyBy(String header) {
        private static final Key<String> HEADER =
                Key.of("header", HttpTexts.HEADER_NAME, "Each value of it has a bucket of its own.");

        static final Block<KeyBy> BLOCK =
                Block.of("What has a bucket of its own.", v -> new KeyBy(v.get(HEADER)), HEADER);
    }

    private static final WholeNumber NUMBER = WholeNumber.of(1, 1_000_000);

    private static final Key<Integer> REQUESTS_PER_SECOND =
            Key.of("requestsPerSecond", NUMBER, "How fast the bucket fills.").or("100");
    private static final Key<Integer> BURST =
            Key.of("burst", NUMBER, "How much it holds.").or("200");
    private static final Key<Optional<KeyBy>> KEY =
            Key.optional("key", KeyBy.BLOCK, "One bucket for each caller; without it one for all.");
    private static final Key<Optional<String>> STORE =
            Key.optional("store", Texts.STORE, "Where sidecars share the bucket; without it each has its own.");

    static final Block<RateLimitConfig> BLOCK = Block.of(
                    "A token bucket; what finds it empty is answered with 429.",
                    v -> new RateLimitConfig(v.get(REQUESTS_PER_SECOND), v.get(BURST), v.get(KEY), v.get(STORE)),
                    REQUESTS_PER_SECOND,
                    BURST,
                    KEY,
                    STORE)
            .example("""
                    requestsPerSecond: 50
                    burst: 100
                    key: {header: x-tenant}
                    """);

    public RateLimitConfig {
        REQUESTS_PER_SECOND.check(requestsPerSecond);
        BURST.check(burst);
    }
}
