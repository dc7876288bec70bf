/**
 * Faults that are injected on purpose: by the file, or by experiments that end by themselves. A route has one filter,
 * innermost, so that all others take what it does for the upstream. {@code Injection} says what is injected into which
 * share of a route's attempts and is shared by all loops; a {@code Hit} is one attempt that gets it, with a class for
 * each way to spoil an answer, all confined to one loop.
 */
@NullMarked
package io.outrigger.filter.fault;

import org.jspecify.annotations.NullMarked;
