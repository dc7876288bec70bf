/** Tests of rate limits: the arithmetic of buckets, the places of callers, and the filter. */
@NullMarked
package io.outrigger.filter.ratelimit;

import org.jspecify.annotations.NullMarked;
