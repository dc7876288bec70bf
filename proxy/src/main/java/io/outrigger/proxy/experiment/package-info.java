/**
 * Sees to it that experiments end when they have to: a thread that is there while one runs, and what it asks others.
 * What an experiment is and does is in {@code io.outrigger.filter.fault}.
 */
@NullMarked
package io.outrigger.proxy.experiment;

import org.jspecify.annotations.NullMarked;
