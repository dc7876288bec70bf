@NullMarked
package io.outrigger.filter.idempotency;

import org.jspecify.annotations.NullMarked;
