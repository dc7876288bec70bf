package io.outrigger.proxy.log;

import static io.outrigger.proxy.log.JsonLine.name;

import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Target;
import io.outrigger.filter.observe.AccessLines;
import io.outrigger.filter.observe.Meters;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Writes one line about each exchange that is to have one. Shared by all loops. */
final class JsonAccessLines implements AccessLines {
    private static final int LONGEST_PATH = 2048;
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_ERROR = 1024;

    private static final byte[] TIMESTAMP = name("timestamp");
    private static final byte[] LEVEL = name("level");
    private static final byte[] SERVICE = name("service");
    private static final byte[] MESSAGE = name("message");
    private static final byte[] TRACE_ID = name("trace_id");
    private static final byte[] SPAN_ID = name("span_id");
    private static final byte[] CORRELATION_ID = name("correlation_id");
    private static final byte[] ROUTE = name("route");
    private static final byte[] METHOD = name("method");
    private static final byte[] PATH = name("path");
    private static final byte[] STATUS = name("status");
    private static final byte[] CAUSE = name("cause");
    private static final byte[] DURATION = name("duration_ms");
    private static final byte[] UPSTREAM = name("upstream");
    private static final byte[] DEGRADED = name("degraded");
    private static final byte[] FAULT_BY = name("fault_by");
    private static final byte[] ATTEMPTS = name("attempts");
    private static final byte[] ENDPOINT = name("endpoint");
    private static final byte[] OUTCOME = name("outcome");
    private static final byte[] ERROR = name("error");

    private final String service;
    private final LineWriter writer;
    private final InstantSource clock;
    private final @Nullable JsonLine[] lines; // each is its loop's alone; null until that writes

    JsonAccessLines(String service, int loops, LineWriter writer, InstantSource clock) {
        this.service = service;
        this.writer = writer;
        this.clock = clock;
        this.lines = new JsonLine[loops];
    }

    @Override
    public void write(
            Exchange exchange,
            String method,
            @Nullable Target target,
            int status,
            @Nullable Failure failure,
            long now) {
        JsonLine line = line(exchange.loop().index()).begin();
        line.time(TIMESTAMP, clock.millis()).string(LEVEL, "info", LONGEST_NAME);
        line.string(SERVICE, service, LONGEST_NAME).string(MESSAGE, "access", LONGEST_NAME);
        identity(line, exchange);
        if (!method.isEmpty()) {
            line.string(METHOD, method, LONGEST_NAME);
        }
        if (target != null) {
            line.path(PATH, target, LONGEST_PATH);
        }
        line.number(STATUS, status);
        if (failure != null) {
            line.string(CAUSE, failure.kind().cause(), LONGEST_NAME);
        }
        line.millis(DURATION, now - exchange.startNanos());
        if (!exchange.upstream().isEmpty()) {
            line.string(UPSTREAM, exchange.upstream(), LONGEST_NAME);
        }
        if (!exchange.degraded().isEmpty()) {
            line.string(DEGRADED, exchange.degraded(), LONGEST_NAME);
        }
        if (!exchange.faultBy().isEmpty()) {
            line.string(FAULT_BY, exchange.faultBy(), LONGEST_NAME);
        }
        line.member(ATTEMPTS).open('[');
        for (Attempt attempt : exchange.attempts()) {
            attempt(line, attempt, now);
        }
        line.close(']');
        if (failure != null) {
            line.string(ERROR, failure.detail(), LONGEST_ERROR);
        }
        line.end();
        writer.write(line.bytes(), line.length());
    }

    /** The members that tie a line to an exchange. */
    static void identity(JsonLine line, Exchange exchange) {
        Identity identity = exchange.identity();
        String route = exchange.route();
        if (identity.hasOwnTrace() || identity.sampled()) {
            line.string(TRACE_ID, identity.traceId(), LONGEST_NAME).string(SPAN_ID, identity.spanId(), LONGEST_NAME);
        } else {
            line.madeId(TRACE_ID, identity, 32).madeId(SPAN_ID, identity, 16);
        }
        if (identity.hasOwnRequestId()) {
            line.string(CORRELATION_ID, identity.requestId(), LONGEST_NAME);
        } else {
            line.madeId(CORRELATION_ID, identity, 32);
        }
        line.string(ROUTE, route.isEmpty() ? Meters.NO_ROUTE : route, LONGEST_NAME);
    }

    private static void attempt(JsonLine line, Attempt attempt, long now) {
        line.open('{').string(ENDPOINT, attempt.endpoint(), LONGEST_NAME);
        line.string(OUTCOME, attempt.delivery().label(), LONGEST_NAME);
        if (attempt.status() != 0) {
            line.number(STATUS, attempt.status());
        }
        Failure failure = attempt.failure();
        if (failure != null) {
            line.string(CAUSE, failure.kind().cause(), LONGEST_NAME);
        }
        line.millis(DURATION, attempt.durationNanos(now)).close('}');
    }

    private JsonLine line(int loop) {
        JsonLine line = lines[loop];
        if (line == null) {
            line = lines[loop] = new JsonLine();
        }
        return line;
    }
}
