/**
 * The parts of the demonstration that stand around the proxy: a service with moods, an app that calls it, and who
 * tells what happens. Plain sockets and virtual threads; nothing here knows the proxy, and the proxy knows none of it.
 */
@NullMarked
package io.outrigger.proxy.demo;

import org.jspecify.annotations.NullMarked;
