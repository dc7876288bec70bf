package io.outrigger.config;

/** Which requests are shed first: 0 first, 9 last. Immutable. */
public record PriorityConfig(String header, int defaultPriority) {}
