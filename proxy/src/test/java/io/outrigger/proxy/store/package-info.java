/** Tests of stores against a real Redis. */
@NullMarked
package io.outrigger.proxy.store;

import org.jspecify.annotations.NullMarked;
