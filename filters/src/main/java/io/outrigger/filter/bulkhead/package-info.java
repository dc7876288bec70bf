/**
 * Keeps what one route has under way from taking what the others need: a number of slots for the whole process, and a
 * queue for those who find none. {@code Slots} is shared by all loops and outlives snapshots; {@code Waiting} is one
 * call in the queue, and is resumed on its own loop. The connections that belong to the slots are the upstream
 * client's. Source: Michael Nygard, Release It!, 2007.
 */
@NullMarked
package io.outrigger.filter.bulkhead;

import org.jspecify.annotations.NullMarked;
