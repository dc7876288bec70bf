/**
 * The limits of an exchange and of one attempt. Each filter arms one timer on the exchange's loop and fails its reply
 * when that is due; what it stops, and who is told, is the reply's business. The filters are immutable, what they
 * make per request is confined to one loop.
 */
@NullMarked
package io.outrigger.filter.timeout;

import org.jspecify.annotations.NullMarked;
