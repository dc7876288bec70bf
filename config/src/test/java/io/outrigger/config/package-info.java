/** Tests of the configuration: each record's keys, each refused value, and what the file as a whole promises. */
@NullMarked
package io.outrigger.config;

import org.jspecify.annotations.NullMarked;
