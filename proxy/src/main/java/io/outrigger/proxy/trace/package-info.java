/**
 * Spans of exchanges and their attempts, for a collector that takes OTLP over HTTP. Loops decide and copy; one more loop
 * makes spans of that and sends them. Only {@code OtlpSender} and {@code SpanOfExchange} know OpenTelemetry, so that
 * not a class of it is loaded where nothing is traced.
 */
@NullMarked
package io.outrigger.proxy.trace;

import org.jspecify.annotations.NullMarked;
