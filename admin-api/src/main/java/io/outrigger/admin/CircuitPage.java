package io.outrigger.admin;

import io.netty.handler.codec.http.HttpMethod;
import io.outrigger.filter.circuitbreaker.CircuitReport;
import io.outrigger.filter.circuitbreaker.Phase;
import io.outrigger.filter.circuitbreaker.RouteCircuits;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Shows the circuits of a route, and has them open or closed for a while. Immutable. */
record CircuitPage(ProxyView proxy, LongSupplier nanoTime) {
    private static final double MILLI = 1e6;

    Operation operation() {
        return Operation.change(HttpMethod.PUT, "/routes/{name}/circuit", this::change, () -> Description.of(
                        "Has the circuit of a route open or closed for a while, or ends that.")
                .path("name", "The name of the route, percent-encoded.", "charge")
                .takes(
                        "application/json",
                        Schema.object("What is wanted.")
                                .with("state", Schema.word("What it shall be.", "open", "closed", "auto"))
                                .withOptional("for", Schema.text("How long: 10m if absent, 24h at most.")),
                        "{\"state\": \"open\", \"for\": \"5m\"}")
                .answers(200, "How it is now.", schema())
                .refuses(404, "There is no route of that name, or it has no circuit.")
                .refuses(422, "The body is not as it should be."));
    }

    static Schema schema() {
        Schema one = Schema.object("One circuit.")
                .with("name", Schema.text("What it belongs to."))
                .with("state", state())
                .with("forced", Schema.truth("Whether an operator said so."))
                .with("refusesForMs", Schema.number("How long it refuses for certain; 0 when it does not."))
                .with("calls", Schema.count("In its window; 0 unless it is closed."))
                .with("failures", Schema.count("Of these."))
                .with("slow", Schema.count("Likewise."))
                .with("failuresInRow", Schema.count("The last ones."));
        return Schema.object("The circuits that the requests of the route may meet.")
                .with("state", state())
                .with("circuits", Schema.list("Each of them.", one));
    }

    private static Schema state() {
        return Schema.word(
                "What becomes of calls.",
                Arrays.stream(Phase.values()).map(Phase::label).toArray(String[]::new));
    }

    private void change(Ask ask, Consumer<Content> then) {
        String name = ask.name("name");
        then.accept(proxy.circuits(name)
                .map(circuits -> switch (Sent.read(CircuitChange.BLOCK, ask.body())) {
                    case Sent.Wrong<CircuitChange> wrong -> wrong.content();
                    case Sent.Fine<CircuitChange>(CircuitChange change) -> {
                        apply(change, circuits);
                        yield Content.json(200, tree(circuits));
                    }
                })
                .orElseGet(() -> Content.problem(404, "route " + name + ": there is none with a circuit")));
    }

    private void apply(CircuitChange change, RouteCircuits circuits) {
        long now = nanoTime.getAsLong();
        switch (change.state()) {
            case OPEN -> circuits.force(true, change.lasts(), now);
            case CLOSED -> circuits.force(false, change.lasts(), now);
            case AUTO -> circuits.release(now);
        }
    }

    /** Empty when the route has none. */
    Optional<Map<String, Object>> of(String route) {
        return proxy.circuits(route).map(this::tree);
    }

    private Map<String, Object> tree(RouteCircuits circuits) {
        long now = nanoTime.getAsLong();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("state", circuits.phase(now).label());
        List<Map<String, Object>> all =
                circuits.reports(now).stream().map(CircuitPage::one).toList();
        tree.put("circuits", all);
        return tree;
    }

    private static Map<String, Object> one(CircuitReport report) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", report.name());
        tree.put("state", report.phase().label());
        tree.put("forced", report.forced());
        tree.put("refusesForMs", report.refusesForNanos() / MILLI);
        tree.put("calls", report.calls());
        tree.put("failures", report.failures());
        tree.put("slow", report.slow());
        tree.put("failuresInRow", report.failuresInRow());
        return tree;
    }
}
