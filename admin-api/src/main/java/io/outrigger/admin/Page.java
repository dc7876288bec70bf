package io.outrigger.admin;

import java.util.function.Consumer;

/** What is shown at a path. Confined to one loop: that of the admin server. */
@FunctionalInterface
interface Page {
    /** Hands the content over, once, now or later on the same loop. */
    void show(Ask ask, Consumer<Content> then);
}
