package io.outrigger.proxy.log;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import io.outrigger.admin.LogLevels;
import io.outrigger.config.LoggingConfig;
import io.outrigger.filter.observe.AccessLines;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.SharedCounter;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Everything that the process writes to its log: one stream, one writer. Shared by all loops. */
public final class Logs implements LogLevels, AutoCloseable {
    // Referred to from here, so that its level is not forgotten with it.
    private static final Logger OURS;
    private static final Logger ROOT;

    static {
        System.setProperty("java.util.logging.manager", LastingLog.class.getName());
        OURS = Logger.getLogger("io.outrigger");
        ROOT = Logger.getLogger("");
    }

    private final LineWriter writer;
    private final JsonHandler handler;
    private final InstantSource clock;
    private LoggingConfig.Level configured = LoggingConfig.Level.INFO; // guarded by this
    private LoggingConfig.@Nullable Level override; // null where the configured one counts; guarded by this

    private Logs(LineWriter writer, JsonHandler handler, InstantSource clock) {
        this.writer = writer;
        this.handler = handler;
        this.clock = clock;
    }

    /**
     * Takes over java.util.logging for the whole process. To be called before anything logs: only then does the log
     * last until the very end of the process.
     */
    public static Logs open(OutputStream out, Metrics metrics, InstantSource clock) {
        SharedCounter dropped = metrics.sharedCounters(
                        "outrigger_log_lines_dropped_total", "Log lines that were dropped because nobody took them.")
                .with();
        LineWriter writer = LineWriter.start(out, dropped);
        JsonHandler handler = new JsonHandler(writer, "unknown");
        for (Handler other : ROOT.getHandlers()) {
            ROOT.removeHandler(other);
        }
        ROOT.addHandler(handler);
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE); // Netty looks for three others first
        return new Logs(writer, handler, clock);
    }

    /** A logger that is sure to come after this class, which has to come before any other. */
    public static Logger logger(Class<?> of) {
        return Logger.getLogger(of.getName());
    }

    /** From now on lines of the program carry this service and have at least this level; access lines have a rule of their own. */
    public synchronized void configure(String service, LoggingConfig.Level level) {
        handler.service(service);
        configured = level;
        apply();
    }

    @Override
    public synchronized LoggingConfig.Level inForce() {
        return override == null ? configured : override;
    }

    @Override
    public synchronized LoggingConfig.Level configured() {
        return configured;
    }

    @Override
    public synchronized void override(LoggingConfig.Level level) {
        override = level;
        apply();
    }

    @Override
    public synchronized void endOverride() {
        override = null;
        apply();
    }

    private void apply() {
        Level least =
                switch (inForce()) {
                    case DEBUG -> Level.FINE;
                    case INFO -> Level.INFO;
                    case WARN -> Level.WARNING;
                    case ERROR -> Level.SEVERE;
                };
        OURS.setLevel(least);
        ROOT.setLevel(least == Level.FINE ? Level.INFO : least); // the libraries' details are for their authors
    }

    /** A way to write access lines under the name of a service, for loops with the indexes 0 to {@code loops - 1}. */
    public AccessLines accessLines(String service, int loops) {
        return new JsonAccessLines(service, loops, writer, clock);
    }

    /** Writes what there is. Lines that come later are dropped. */
    @Override
    public void close() {
        writer.close();
    }
}
