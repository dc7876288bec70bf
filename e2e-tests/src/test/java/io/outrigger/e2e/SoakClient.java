package io.outrigger.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One connection to the proxy, made anew where it has ended, and what came of each request on it. Confined to one thread. */
final class SoakClient implements AutoCloseable {
    private static final Pattern CAUSE = Pattern.compile("urn:outrigger:problem:([a-z-]+)");

    private final int port;
    private final SoakLedger ledger;
    private @Nullable Wire wire; // null while there is none

    SoakClient(int port, SoakLedger ledger) {
        this.port = port;
        this.ledger = ledger;
    }

    /**
     * What a client saw.
     *
     * @param status that of the head; 0 where the connection ended without one
     * @param whole whether all that the head promised came
     * @param cause why the proxy answered itself; empty for an answer of the upstream's
     */
    record Seen(int status, boolean whole, String cause, String text, boolean replayed) {
        boolean isSuccess() {
            return status == 200 && whole;
        }
    }

    /** A request, and what came of it. */
    Seen ask(String method, String path, Fault fault, @Nullable String key) throws IOException {
        String route = path.split("/")[1];
        send(method, path, fault, key);
        Seen seen = read();
        ledger.answered(route, seen.status());
        if (!seen.whole()) {
            ledger.cut.incrementAndGet();
            ledger.failed(route, "cut");
            close();
        } else {
            ledger.whole.incrementAndGet();
            if (!seen.cause().isEmpty()) {
                ledger.failed(route, seen.cause());
            }
        }
        ledger.expect(seen.status() != 0, "no answer: " + path + " " + fault);
        ledger.expect(seen.whole() || fault.cuts(), "cut: " + path + " " + fault + " " + seen);
        ledger.expect(
                !seen.cause().isEmpty() || !seen.whole() || seen.text().startsWith(path + " "),
                "another's answer: " + path + " " + fault + " " + seen);
        ledger.expect(
                !seen.cause().isEmpty() || seen.status() == 200 || fault == Fault.UNAVAILABLE,
                "no reason: " + path + " " + fault + " " + seen);
        return seen;
    }

    /** A request whose client leaves at once. */
    void askAndLeave(String method, String path, Fault fault, @Nullable String key) throws IOException {
        send(method, path, fault, key);
        ledger.left.incrementAndGet();
        ledger.answered(path.split("/")[1], 499);
        close();
    }

    private void send(String method, String path, Fault fault, @Nullable String key) throws IOException {
        if (wire == null) {
            wire = Wire.to(port);
        }
        ledger.sent.incrementAndGet();
        String body = method.equals("POST") ? "pay " + path : "";
        wire.send(method + " " + path + "?f=" + fault + " HTTP/1.1\r\nhost: soak\r\n"
                + (key == null ? "" : "idempotency-key: " + key + "\r\n")
                + (body.isEmpty() ? "\r\n" : "content-length: " + body.length() + "\r\n\r\n" + body));
    }

    private Seen read() {
        Message head = null;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            do {
                head = null;
                head = wire.responseHead();
            } while (head.status() < 200);
            wire.body(head, body);
        } catch (IOException e) {
            return new Seen(head == null ? 0 : head.status(), false, "", e.toString(), false);
        }
        if ("close".equals(head.field("connection"))) {
            close();
        }
        String text = body.toString(StandardCharsets.UTF_8);
        boolean own =
                head.field("proxy-status") != null && head.field("proxy-status").contains("error=");
        var cause = CAUSE.matcher(text);
        String why = !own ? "" : cause.find() ? cause.group(1).replace('-', '_') : "unnamed";
        return new Seen(head.status(), true, why, text, head.field("idempotent-replayed") != null);
    }

    @Override
    public void close() {
        if (wire != null) {
            try {
                wire.close();
            } catch (IOException e) {
                // it had ended
            }
            wire = null;
        }
    }
}
