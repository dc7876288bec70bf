/**
 * The registry's machinery: keys with their types, defaults and words of explanation. From the same declarations
 * come the reader, the defaults, the suggestions for mistyped keys and the reference page. Knows no key itself: these
 * stand beside the records that they fill.
 */
@NullMarked
package io.outrigger.config.key;

import org.jspecify.annotations.NullMarked;
