/**
 * Lets in so many requests per second, and some more at once after a quiet time. {@code TokenBucket} is the whole
 * arithmetic; {@code RouteBuckets} finds the one that a request draws from, {@code KeyedBuckets} where each caller has
 * one. Buckets that sidecars have in common stand behind {@code SharedBuckets} in {@code io.outrigger.proxy.store}.
 * Sources: ITU-T I.371, generic cell rate algorithm; draft-ietf-httpapi-ratelimit-headers-10.
 */
@NullMarked
package io.outrigger.filter.ratelimit;

import org.jspecify.annotations.NullMarked;
