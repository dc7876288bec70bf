/**
 * Sends a request a second time when the first sending takes long, and goes by whichever answers first. Stands inside
 * the retries, whose rules and budget it goes by; what it is told of them is {@code HedgeTerms}. Source: Jeffrey Dean
 * and Luiz André Barroso, The Tail at Scale, 2013.
 */
@NullMarked
package io.outrigger.filter.hedge;

import org.jspecify.annotations.NullMarked;
