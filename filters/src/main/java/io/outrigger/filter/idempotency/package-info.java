/**
 * Makes requests that carry a key happen once: the first one goes on, the others get its answer. Who owns a key, and
 * what was answered, is in a {@code KeyStore}: the one inside the process is here, others stand behind that interface
 * in {@code io.outrigger.proxy.store}. Source: draft-ietf-httpapi-idempotency-key-header.
 */
@NullMarked
package io.outrigger.filter.idempotency;

import org.jspecify.annotations.NullMarked;
