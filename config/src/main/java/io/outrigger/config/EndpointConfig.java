package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.ScalarType;
import io.outrigger.config.key.WholeNumber;
import java.util.Optional;

/** One address of an upstream; a name stands for all its A and AAAA records. Immutable. */
public record EndpointConfig(Address address, int weight, Optional<String> zone) {
    private static final Key<Address> ADDRESS = Key.of("address", Addresses.CONNECTING, "Where it is.");
    private static final Key<Integer> WEIGHT = Key.of(
                    "weight", WholeNumber.of(1, 1_000_000), "Its part of the requests, beside the other weights.")
            .or("1");
    private static final Key<Optional<String>> ZONE =
            Key.optional("zone", Texts.NAME, "The failure domain that it is in.");

    /** An address alone. */
    static final ScalarType<EndpointConfig> SHORT =
            Addresses.CONNECTING.map(address -> new EndpointConfig(address, 1, Optional.empty()));

    static final Block<EndpointConfig> BLOCK = Block.of(
            "One address of an upstream.",
            v -> new EndpointConfig(v.get(ADDRESS), v.get(WEIGHT), v.get(ZONE)),
            ADDRESS,
            WEIGHT,
            ZONE);

    public EndpointConfig {
        WEIGHT.check(weight);
    }
}
