/**
 * Which route would take a request, and what would happen to it then. Asks the very matchers and the scanner that the
 * data path has, so that the two cannot disagree; sends nothing.
 */
@NullMarked
package io.outrigger.proxy.explain;

import org.jspecify.annotations.NullMarked;
