/** Tests of the bulkhead: the slots as arithmetic and with threads, the filter on loops that the test turns. */
@NullMarked
package io.outrigger.filter.bulkhead;

import org.jspecify.annotations.NullMarked;
