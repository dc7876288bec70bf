/**
 * What is counted, measured and logged of every exchange: the outermost filter, and the meters that the ends of the
 * data path write to. Meters are shared by all loops, and each call names the loop it is made on. Where log lines go
 * is not known here.
 */
@NullMarked
package io.outrigger.filter.observe;

import org.jspecify.annotations.NullMarked;
