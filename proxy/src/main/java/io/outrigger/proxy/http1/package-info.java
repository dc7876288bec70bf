/**
 * HTTP/1.1 as bytes: heads are scanned into a flat index and written from it, bodies are freed from their framing
 * and framed again (RFC 9112). Strict in what it takes. Knows the exchange core and Netty's buffers; of connections
 * only that one can write to them.
 */
@NullMarked
package io.outrigger.proxy.http1;

import org.jspecify.annotations.NullMarked;
