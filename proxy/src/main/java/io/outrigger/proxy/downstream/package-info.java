/**
 * The client's side: connections that turn bytes into exchanges and replies into bytes, and the listeners that accept
 * them. Depends on the exchange core, the codec and Netty's channels; everything of one connection is confined to
 * its loop.
 */
@NullMarked
package io.outrigger.proxy.downstream;

import org.jspecify.annotations.NullMarked;
