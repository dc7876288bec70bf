package io.outrigger.admin;

import io.outrigger.config.key.Durations;
import io.outrigger.filter.slo.Slo;
import io.outrigger.filter.slo.SloWindow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Shows what routes promise, and how it stands. Immutable. */
record SloPage(ProxyView proxy) {
    Operation operation() {
        return Operation.get("/slo", Operation.Audience.OPERATORS, this::all, () -> Description.of(
                        "What routes promise (service level objectives), and how it stands.")
                .answers(
                        200,
                        "The promises; none when no route has a slo.",
                        Schema.object("All of them.")
                                .with(
                                        "slos",
                                        Schema.list(
                                                "In the order of their routes.",
                                                schema().with("route", Schema.text("Whose it is."))))));
    }

    /** Of one route. */
    static Schema schema() {
        return Schema.object("What a route promises.")
                .with("state", state("That of the worst of them."))
                .with("window", Schema.text("The time that the promise is for."))
                .with("slis", Schema.list("Availability, and latency where that is promised.", sli()));
    }

    private static Schema sli() {
        return Schema.object("One thing that is promised.")
                .with("sli", Schema.word("What it is.", "availability", "latency"))
                .with("objective", Schema.text("Share of the requests that shall be as promised, in percent."))
                .withOptional("under", Schema.text("The time that they shall take less than."))
                .with("state", state("How it stands."))
                .with("good", Schema.count("Requests that were as promised."))
                .with("bad", Schema.count("Requests that were not."))
                .with(
                        "errorBudgetRemaining",
                        Schema.number("1 for all of the error budget, 0 for none, less when more was used up."))
                .with(
                        "burnRates",
                        Schema.map(
                                "By window: how many times faster than promised the error budget is used up.",
                                Schema.number("The rate.")));
    }

    private static Schema state(String doc) {
        return Schema.word(
                doc, Stream.of(Slo.State.values()).map(Slo.State::word).toArray(String[]::new));
    }

    private void all(Ask ask, Consumer<Content> then) {
        List<Map<String, Object>> slos = new ArrayList<>();
        for (RouteView route : proxy.routes()) {
            of(route.name()).ifPresent(tree -> {
                Map<String, Object> named = new LinkedHashMap<>();
                named.put("route", route.name());
                named.putAll(tree);
                slos.add(named);
            });
        }
        then.accept(Content.json(200, Map.of("slos", slos)));
    }

    /** Empty when the route promises nothing. */
    Optional<Map<String, Object>> of(String route) {
        return proxy.slo(route).map(SloPage::tree);
    }

    private static Map<String, Object> tree(Slo slo) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("state", slo.state().word());
        tree.put("window", Durations.format(slo.config().window()));
        tree.put("slis", slo.slis().stream().map(sli -> tree(slo, sli)).toList());
        return tree;
    }

    private static Map<String, Object> tree(Slo slo, Slo.Sli sli) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("sli", sli.name());
        tree.put("objective", sli.objective().toString());
        if (sli.name().equals(Slo.LATENCY)) {
            slo.config().latency().ifPresent(latency -> tree.put("under", Durations.format(latency.under())));
        }
        tree.put("state", sli.state().word());
        tree.put("good", sli.good());
        tree.put("bad", sli.bad());
        tree.put("errorBudgetRemaining", sli.budgetRemaining());
        Map<String, Double> burns = new LinkedHashMap<>();
        for (SloWindow window : SloWindow.values()) {
            burns.put(window.label(), sli.burnRates().get(window));
        }
        tree.put("burnRates", burns);
        return tree;
    }
}
