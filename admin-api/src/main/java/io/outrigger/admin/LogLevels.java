package io.outrigger.admin;

import io.outrigger.config.LoggingConfig.Level;

/** Which lines of the program are logged, and how to have others for a while. Shared by all loops. */
public interface LogLevels {
    /** The least severe lines that are written now. */
    Level inForce();

    /** The same as the configuration has it. */
    Level configured();

    /** Takes the place of the configured one, also of those that come with a reload, until it is ended. */
    void override(Level level);

    /** From now on the configured one counts again. */
    void endOverride();
}
