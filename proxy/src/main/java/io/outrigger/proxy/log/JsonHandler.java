package io.outrigger.proxy.log;

import static io.outrigger.proxy.log.JsonLine.name;

import io.outrigger.exchange.Exchange;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the program and its libraries log in the same shape as access lines. A record with an exchange among
 * its parameters carries its ids and its route. Shared by all loops.
 */
final class JsonHandler extends Handler {
    private static final int LONGEST_MESSAGE = 4096;
    private static final int LONGEST_STACK = 16 * 1024;

    private static final byte[] TIMESTAMP = name("timestamp");
    private static final byte[] LEVEL = name("level");
    private static final byte[] SERVICE = name("service");
    private static final byte[] MESSAGE = name("message");
    private static final byte[] LOGGER = name("logger");
    private static final byte[] ERROR = name("error");

    private final LineWriter writer;
    private volatile String service;

    JsonHandler(LineWriter writer, String service) {
        this.writer = writer;
        this.service = service;
        setFormatter(new SimpleFormatter()); // for what it makes of a message and its parameters
    }

    /** The member {@code service} from now on. */
    void service(String name) {
        service = name;
    }

    @Override
    public void publish(@Nullable LogRecord event) {
        if (event == null || !isLoggable(event)) {
            return;
        }
        JsonLine line = new JsonLine().begin();
        line.time(TIMESTAMP, event.getInstant().toEpochMilli());
        line.string(LEVEL, label(event.getLevel()), LONGEST_MESSAGE).string(SERVICE, service, LONGEST_MESSAGE);
        line.string(MESSAGE, message(event), LONGEST_MESSAGE);
        if (event.getLoggerName() != null) {
            line.string(LOGGER, event.getLoggerName(), LONGEST_MESSAGE);
        }
        if (event.getParameters() != null) {
            for (Object parameter : event.getParameters()) {
                if (parameter instanceof Exchange exchange) {
                    JsonAccessLines.identity(line, exchange);
                    break;
                }
            }
        }
        if (event.getThrown() != null) {
            line.string(ERROR, stack(event.getThrown()), LONGEST_STACK);
        }
        line.end();
        writer.write(line.bytes(), line.length());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    private String message(LogRecord event) {
        String message = getFormatter().formatMessage(event);
        return message == null ? "" : message;
    }

    private static String label(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "error";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "warn";
        }
        return level.intValue() >= Level.CONFIG.intValue() ? "info" : "debug";
    }

    private static String stack(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString().stripTrailing();
    }
}
