package io.outrigger.admin;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a client wants. Immutable.
 *
 * @param names what stands in the path for its variable segments, decoded
 * @param query its parameters, decoded
 * @param accept the header Accept; empty when there is none
 * @param body empty unless the operation takes one
 */
record Ask(Map<String, String> names, Map<String, List<String>> query, String accept, byte[] body) {
    /** What stands in the path for this segment. */
    String name(String segment) {
        return Objects.requireNonNull(names.get(segment), segment);
    }

    /** All values of a parameter of the query; empty when there are none. */
    List<String> query(String parameter) {
        return query.getOrDefault(parameter, List.of());
    }
}
