/**
 * What the finished program promises, tried from outside: over sockets, signals and its command line. One class per
 * promise of the README. Nothing here knows a class of the program.
 */
@NullMarked
package io.outrigger.e2e;

import org.jspecify.annotations.NullMarked;
