/**
 * The command line: what was asked for, the texts that help, and the files that it names. Only {@code Main} uses it;
 * it knows the configuration, not the proxy.
 */
@NullMarked
package io.outrigger.proxy.cli;

import org.jspecify.annotations.NullMarked;
