package io.outrigger.admin;

import java.util.Map;

/**
 * A route. Immutable.
 *
 * @param name the label {@code route} of its metrics
 * @param config its part of the effective configuration, without its name
 */
public record RouteView(String name, Map<String, ?> config) {}
