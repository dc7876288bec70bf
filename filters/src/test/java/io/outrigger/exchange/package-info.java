/** Promises of the exchange core, one class of tests per class of it. */
@NullMarked
package io.outrigger.exchange;

import org.jspecify.annotations.NullMarked;
