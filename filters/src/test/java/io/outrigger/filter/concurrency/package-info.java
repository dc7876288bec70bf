/** Tests of the adaptive limit: against a simulated server, as arithmetic, and on a loop whose clock the test moves. */
@NullMarked
package io.outrigger.filter.concurrency;

import org.jspecify.annotations.NullMarked;
