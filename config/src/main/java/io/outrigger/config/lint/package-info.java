/**
 * What a configuration that is right may still do wrong: arithmetic that cannot work, routes that take nothing. Only
 * for those who ask; no start waits for it.
 */
@NullMarked
package io.outrigger.config.lint;

import org.jspecify.annotations.NullMarked;
