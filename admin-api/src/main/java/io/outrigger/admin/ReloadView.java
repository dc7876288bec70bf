package io.outrigger.admin;

import java.time.Instant;
import java.util.List;

/**
 * What became of the configuration file when it was read. Immutable.
 *
 * @param hash of the content; empty when there was none
 * @param problems why it is not in force, a line each; empty when it is
 * @param changes what it changed, in a line
 */
public record ReloadView(Instant at, String hash, Result result, List<String> problems, String changes) {
    /** How it went. */
    public enum Result {
        /** Put in force. */
        IN_FORCE,
        /** It is what is in force. */
        UNCHANGED,
        /** Not put in force; what was in force stays. */
        REFUSED
    }

    public ReloadView {
        problems = List.copyOf(problems);
    }
}
