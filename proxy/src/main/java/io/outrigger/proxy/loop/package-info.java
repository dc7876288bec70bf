/**
 * The event loops: Netty's threads with a clock, a timer wheel and the buffers that each loop keeps for itself.
 * Depends on the exchange core and on Netty's transport; knows nothing of HTTP.
 */
@NullMarked
package io.outrigger.proxy.loop;

import org.jspecify.annotations.NullMarked;
