package io.outrigger.config;

import java.util.Optional;

/** One address of an upstream; a name stands for all its A and AAAA records. Immutable. */
public record EndpointConfig(Address address, int weight, Optional<String> zone) {}
