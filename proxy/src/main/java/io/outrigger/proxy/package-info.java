/**
 * The program: command line, and the starting and draining of all parts in order. Alone knows all other packages.
 */
@NullMarked
package io.outrigger.proxy;

import org.jspecify.annotations.NullMarked;
