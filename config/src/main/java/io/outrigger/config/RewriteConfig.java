package io.outrigger.config;

import java.util.Optional;

/** What is changed in the request's target: the matched prefix, and the Host. Immutable. */
public record RewriteConfig(Optional<String> prefix, Optional<String> host) {}
