/** Promises of the timeout filters, on a clock that the tests move. */
@NullMarked
package io.outrigger.filter.timeout;

import org.jspecify.annotations.NullMarked;
