/**
 * Reload: watches the configuration file, tells a file that is written from one that is being written, and has what is
 * good put in force by whoever knows how. One thread of its own does all of it. Knows neither listeners nor routes.
 */
@NullMarked
package io.outrigger.proxy.reload;

import org.jspecify.annotations.NullMarked;
