package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import java.util.Optional;

/** What is changed in the request's target: the matched prefix, and the Host. Immutable. */
public record RewriteConfig(Optional<String> prefix, Optional<String> host) {
    private static final Key<Optional<String>> PREFIX =
            Key.optional("prefix", HttpTexts.PATH, "Stands in for the prefix that the route matched.");
    private static final Key<Optional<String>> HOST =
            Key.optional("host", HttpTexts.AUTHORITY, "Stands in for the client's Host.");

    static final Block<RewriteConfig> BLOCK = Block.of(
                    "What is changed in the request's target.",
                    v -> new RewriteConfig(v.get(PREFIX), v.get(HOST)),
                    PREFIX,
                    HOST)
            .example("""
                    prefix: /api/charges
                    host: payments.internal
                    """);
}
