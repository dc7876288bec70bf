/**
 * What differs between two configurations, and what of the state of a running proxy would outlive the change from one
 * to the other. Compares what people are shown of them, with all defaults filled in.
 */
@NullMarked
package io.outrigger.config.diff;

import org.jspecify.annotations.NullMarked;
