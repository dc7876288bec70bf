/** Promises of the fault filter: what is observed as arithmetic, attempts on a clock that the tests move. */
@NullMarked
package io.outrigger.filter.fault;

import org.jspecify.annotations.NullMarked;
