/**
 * The ports for people, probes and scrapers: an HTTP server on a thread of its own, so that it answers while the data
 * path is busy and never holds it up. Sees the proxy through {@link io.outrigger.admin.ProxyView} and its metrics
 * through {@code io.outrigger.metrics} only. What is confined here is confined to the server's own loop.
 */
@NullMarked
package io.outrigger.admin;

import org.jspecify.annotations.NullMarked;
