/** Tests of the fallback: what may be kept and for how long as arithmetic, the ladder on a loop whose clock the test moves. */
@NullMarked
package io.outrigger.filter.fallback;

import org.jspecify.annotations.NullMarked;
