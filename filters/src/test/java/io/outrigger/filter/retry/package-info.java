/** Promises of the retry filter: decisions and budgets as arithmetic, attempts on a clock that the tests move. */
@NullMarked
package io.outrigger.filter.retry;

import org.jspecify.annotations.NullMarked;
