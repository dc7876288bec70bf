/**
 * Which addresses an upstream has, and which of them an attempt goes to. No channels: loops and pools ask, the
 * resolver's own thread tells. Endpoints, their sets and the balancers are shared by all loops and never block them.
 */
@NullMarked
package io.outrigger.proxy.balance;

import org.jspecify.annotations.NullMarked;
