/**
 * Spans of exchanges and their attempts, for a collector that takes OTLP over HTTP. Loops decide and copy; one more loop
 * writes that as OTLP has it ({@code OtlpSpans}) and sends it ({@code CollectorConnection}). Sources: the protocol buffers
 * of <a href="https://github.com/open-telemetry/opentelemetry-proto">opentelemetry-proto</a>, and its OTLP specification.
 */
@NullMarked
package io.outrigger.proxy.trace;

import org.jspecify.annotations.NullMarked;
