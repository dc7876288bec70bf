package io.outrigger.admin;

import java.util.function.Consumer;

/** What the admin port can have the proxy do. Asked on the admin thread, and returns at once. Shared by all loops. */
public interface Controls {
    /** Reads the configuration file now; tells on any thread what became of it. */
    void reload(Consumer<ReloadView> then);

    /** Begins to end the process; from the second time on it changes nothing. */
    void drain();
}
