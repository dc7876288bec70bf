/** What routes promise, and how much of it they have kept. */
@NullMarked
package io.outrigger.filter.slo;

import org.jspecify.annotations.NullMarked;
