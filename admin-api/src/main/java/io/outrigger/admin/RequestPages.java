package io.outrigger.admin;

import io.outrigger.exchange.Failure;
import io.outrigger.filter.observe.ExchangeRecord;
import io.outrigger.filter.observe.ExchangeRecord.Step;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows the exchanges that are remembered: what became of each, and what was decided on the way. Immutable.
 *
 * @param nanoTime the clock that records go by
 */
record RequestPages(ProxyView proxy, InstantSource clock, LongSupplier nanoTime) {
    List<Operation> operations() {
        return List.of(
                Operation.get("/requests", Operation.Audience.OPERATORS, this::all, () -> Description.of(
                                "The last exchanges that failed or were slow, and one of the others a second.")
                        .answers(
                                200,
                                "The last one first.",
                                Schema.object("What is remembered.")
                                        .with(
                                                "skipped",
                                                Schema.count("Failed and slow ones that are not here, because too"
                                                        + " many came at once."))
                                        .with("requests", Schema.list("Without their steps.", summary())))),
                Operation.get("/requests/{requestId}", Operation.Audience.OPERATORS, this::one, () -> Description.of(
                                "What was decided about one exchange, in order.")
                        .path("requestId", "Its x-request-id.", "0000000000000001000000000000000a")
                        .answers(200, "The exchange; the last one, where several had this id.", whole())
                        .refuses(404, "None is remembered by this id.")));
    }

    private static Schema summary() {
        return Schema.object("An exchange that has ended.")
                .with("requestId", Schema.text("Its x-request-id."))
                .with("traceId", Schema.text("Of its traceparent."))
                .with("keptFor", Schema.word("Why it is remembered.", "failed", "injected", "slow", "sampled"))
                .with("endedAt", Schema.moment("When it ended."))
                .with("durationMs", Schema.number("From its complete head to the end of the response."))
                .withOptional("route", Schema.text("The route that took it; missing where none did."))
                .withOptional("upstream", Schema.text("The one that was chosen last."))
                .withOptional("method", Schema.text("Missing where it could not be understood."))
                .withOptional("path", Schema.text("Without the query; cut where it is very long."))
                .with("status", Schema.count("What the client got, or would have got."))
                .withOptional("cause", Schema.text("The cause of its failure."))
                .withOptional("blame", Schema.word("Whose fault the failure is.", "client", "proxy", "upstream"))
                .withOptional("detail", Schema.text("The failure in a sentence."))
                .with("attempts", Schema.count("How often it was sent."));
    }

    private static Schema whole() {
        Schema step = Schema.object("An attempt (with endpoint), or a decision (with verdict).")
                .with("atMs", Schema.number("After the beginning of the exchange."))
                .with("by", Schema.text("Who did it: upstream for attempts, else the name of a filter."))
                .withOptional("endpoint", Schema.text("Where it was sent."))
                .withOptional("sentMs", Schema.number("Until the request was written; missing where it never was."))
                .withOptional("tookMs", Schema.number("From the pick of the endpoint to the end."))
                .withOptional("outcome", Schema.word("How far it got.", "not_sent", "refused", "answered", "unknown"))
                .withOptional("status", Schema.count("Of the response head, where one came."))
                .withOptional("cause", Schema.text("Why the attempt failed."))
                .withOptional("detail", Schema.text("The same in a sentence."))
                .withOptional("verdict", Schema.text("What was decided."))
                .withOptional("why", Schema.text("Why so."))
                .withOptional("waitMs", Schema.number("How long it was to wait for what comes next."));
        return summary().with("steps", Schema.list("In the order in which they began.", step));
    }

    private void all(Ask ask, Consumer<Content> then) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("skipped", proxy.recent().skipped());
        tree.put("requests", proxy.recent().all().stream().map(this::summary).toList());
        then.accept(Content.json(200, tree));
    }

    private void one(Ask ask, Consumer<Content> then) {
        String id = ask.name("requestId");
        then.accept(proxy.recent().all().stream()
                .filter(record -> record.requestId().equals(id))
                .findFirst()
                .map(record -> Content.json(200, whole(record)))
                .orElseGet(() -> Content.problem(404, "request " + id + ": none is remembered by this id")));
    }

    private Map<String, Object> whole(ExchangeRecord record) {
        Map<String, Object> tree = summary(record);
        tree.put("steps", record.steps().stream().map(RequestPages::step).toList());
        return tree;
    }

    private Map<String, Object> summary(ExchangeRecord record) {
        Instant ended = clock.instant().minusNanos(nanoTime.getAsLong() - record.endNanos());
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("requestId", record.requestId());
        tree.put("traceId", record.traceId());
        tree.put("keptFor", record.keptFor().name().toLowerCase(Locale.ROOT));
        tree.put("endedAt", ended.toString());
        tree.put("durationMs", millis(record.durationNanos()));
        putIfAny(tree, "route", record.route());
        putIfAny(tree, "upstream", record.upstream());
        putIfAny(tree, "method", record.method());
        putIfAny(tree, "path", record.path());
        tree.put("status", record.status());
        Failure failure = record.failure();
        if (failure != null) {
            tree.put("cause", failure.kind().cause());
            tree.put("blame", failure.blame().name().toLowerCase(Locale.ROOT));
            tree.put("detail", failure.detail());
        }
        tree.put(
                "attempts",
                record.steps().stream().filter(Step.Sent.class::isInstance).count());
        return tree;
    }

    private static Map<String, Object> step(Step step) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("atMs", millis(step.atNanos()));
        switch (step) {
            case Step.Sent sent -> {
                tree.put("by", "upstream");
                tree.put("endpoint", sent.endpoint());
                if (sent.sentNanos() > 0) {
                    tree.put("sentMs", millis(sent.sentNanos()));
                }
                tree.put("tookMs", millis(sent.tookNanos()));
                tree.put("outcome", sent.outcome());
                putAnswer(tree, sent.status(), sent.failure());
            }
            case Step.Decided decided -> {
                tree.put("by", decided.by());
                tree.put("verdict", decided.verdict());
                tree.put("why", decided.why());
                if (decided.waitNanos() > 0) {
                    tree.put("waitMs", millis(decided.waitNanos()));
                }
            }
        }
        return tree;
    }

    private static void putAnswer(Map<String, Object> tree, int status, @Nullable Failure failure) {
        if (status != 0) {
            tree.put("status", status);
        }
        if (failure != null) {
            tree.put("cause", failure.kind().cause());
            tree.put("detail", failure.detail());
        }
    }

    private static void putIfAny(Map<String, Object> tree, String name, String text) {
        if (!text.isEmpty()) {
            tree.put(name, text);
        }
    }

    /** With three decimals. */
    private static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }
}
