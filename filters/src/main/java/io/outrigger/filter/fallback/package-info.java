/**
 * Answers when the upstream could not: by the last good answer, by another upstream, by a fixed text. {@code Descent}
 * takes one exchange down the rungs; {@code StaleStore} is shared by all loops and outlives snapshots. What may be kept
 * follows RFC 9111 §3 and §4.2.4, as far as {@code CacheControl} reads it.
 */
@NullMarked
package io.outrigger.filter.fallback;

import org.jspecify.annotations.NullMarked;
