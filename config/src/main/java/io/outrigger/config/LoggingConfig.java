package io.outrigger.config;

/** What is written to stdout. Immutable. */
public record LoggingConfig(Level level, AccessLog access) {
    /** The least severe lines that are written. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    public static LoggingConfig defaults() {
        return new LoggingConfig(Level.INFO, AccessLog.Plain.ERRORS);
    }
}
