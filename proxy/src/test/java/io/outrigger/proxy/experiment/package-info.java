/** Promises of the watch over experiments, by the real clock. */
@NullMarked
package io.outrigger.proxy.experiment;

import org.jspecify.annotations.NullMarked;
