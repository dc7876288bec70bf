/** Promises of the hedge filter: what is observed as arithmetic, attempts on a clock that the tests move. */
@NullMarked
package io.outrigger.filter.hedge;

import org.jspecify.annotations.NullMarked;
