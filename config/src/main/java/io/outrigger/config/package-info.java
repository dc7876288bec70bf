/**
 * What the YAML file says, as immutable records with every default filled in, and the reader that makes them.
 * No threads, no sockets, no Netty: time, environment and file content come in as arguments.
 * An optional key is an {@link java.util.Optional}; a record never holds null.
 */
@NullMarked
package io.outrigger.config;

import org.jspecify.annotations.NullMarked;
