/** Circuits: the windows and the states as arithmetic, the filter on a loop whose clock the test moves. */
@NullMarked
package io.outrigger.filter.circuitbreaker;

import org.jspecify.annotations.NullMarked;
