/**
 * Finds out which endpoints are not well: by asking them (active checks) and by how attempts there go beside those
 * elsewhere (outliers). What is found is kept with the endpoints, in {@code balance}; nothing here decides where an
 * attempt goes. Loops only count; checks and comparisons have a thread of their own.
 */
@NullMarked
package io.outrigger.proxy.health;

import org.jspecify.annotations.NullMarked;
