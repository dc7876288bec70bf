/**
 * The server's side: the service at the end of every chain, which picks an endpoint, takes or opens a connection of
 * the same loop, sends the request and reads the response. Depends on the exchange core, the codec, balancing and
 * Netty's channels. Connections are confined to their loop; the limits of a pool hold for the process.
 */
@NullMarked
package io.outrigger.proxy.upstream;

import org.jspecify.annotations.NullMarked;
