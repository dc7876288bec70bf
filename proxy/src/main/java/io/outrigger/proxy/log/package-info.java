/**
 * The lines that the program writes to stdout, one JSON object each: about exchanges, and about itself. Lines are
 * made where something happens, on the event loop, and written by one thread of their own; a loop never waits for it.
 * No header values, no queries, no bodies.
 */
@NullMarked
package io.outrigger.proxy.log;

import org.jspecify.annotations.NullMarked;
