/**
 * The vocabulary that every part of the proxy speaks: an exchange, its request, the reply that is on its way,
 * and the failures that can take its place. Depends on {@code io.netty.buffer} for the bytes of bodies and on
 * nothing else; filters, codecs and pools depend on it. What carries state per request is confined to one loop.
 */
@NullMarked
package io.outrigger.exchange;

import org.jspecify.annotations.NullMarked;
