package io.outrigger.metrics;

/** What one combination of label values counts, shows or measures. Shared by all loops. */
public sealed interface Series permits Counter, SharedCounter, LoopGauge, Reading, Histogram {}
