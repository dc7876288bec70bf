/**
 * State that sidecars share in a Redis: idempotency keys and the buckets of rate limits. {@code RedisLink} is the
 * connection, {@code Script} each atomic step. Threads of the client's own talk with Redis, and hand each answer to the
 * loop that asked. Of Lettuce only {@code RedisLink} and {@code LettuceClient} know, which nobody loads without a store.
 */
@NullMarked
package io.outrigger.proxy.store;

import org.jspecify.annotations.NullMarked;
