/**
 * From a request to the route that takes it, and from a route's configuration to its chain of filters. What is made
 * here is immutable and shared by all loops; what must outlive a reload is claimed from {@code Kept}.
 */
@NullMarked
package io.outrigger.proxy.route;

import org.jspecify.annotations.NullMarked;
