/**
 * TLS on either side: keys, certificates and authorities out of PEM files that are watched, contexts made of them, and
 * what went wrong in a handshake in words. On BoringSSL where its library can be loaded, else on the JDK; neither is
 * touched before a configuration asks for TLS. Knows loops and the configuration, neither clients nor endpoints.
 */
@NullMarked
package io.outrigger.proxy.tls;

import org.jspecify.annotations.NullMarked;
