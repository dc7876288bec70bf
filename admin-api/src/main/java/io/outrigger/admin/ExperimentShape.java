package io.outrigger.admin;

import io.outrigger.config.ExperimentConfig;
import io.outrigger.config.Fault;
import io.outrigger.config.FaultConfig;
import io.outrigger.config.FaultMatch;
import io.outrigger.config.HaltConfig;
import io.outrigger.config.HaltConfig.StatusCheck;
import io.outrigger.config.key.Durations;
import io.outrigger.filter.fault.Experiment;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What an experiment looks like as JSON. Immutable. */
final class ExperimentShape {
    private ExperimentShape() {}

    /** What is sent to begin one. */
    static Schema asked() {
        Schema check = Schema.object("Something that has to stay well.")
                .with("url", Schema.text("Asked for with GET; well is a status from 200 to 299 within a second."))
                .withOptional("interval", Schema.text("Time between two checks, in whole seconds: 1s if absent."))
                .withOptional("failures", Schema.count("Bad answers in a row that end it: 3 if absent."));
        Schema halt = Schema.object("When it ends before its time: any of these is enough.")
                .withOptional(
                        "burnRate",
                        Schema.number("The route's error budget is used up so many times too fast, over five minutes."))
                .withOptional("circuitOpen", Schema.truth("A circuit of the route opens."))
                .withOptional("statusCheck", check);
        return Schema.object("What is wanted.")
                .with("id", Schema.text("Its name: letters, digits, dots, hyphens and underscores."))
                .with("route", Schema.text("The name of the route whose attempts are hit."))
                .with("percentage", Schema.text("Share of the attempts that are hit: at most 20%, or force."))
                .withOptional("force", Schema.truth("Allows more than 20%."))
                .withOptional("match", Schema.config("Only these requests: methods and headers, as of a route."))
                .with("fault", Schema.list("What happens to them, each kind once.", Schema.config("As in the file.")))
                .withOptional("maxConcurrent", Schema.count("No more attempts than that are hit at once."))
                .with("duration", Schema.text("When it ends by itself: whole seconds, 1h at most."))
                .withOptional("ramp", Schema.text("The share grows from 0 to percentage in this time."))
                .withOptional("haltWhen", halt);
    }

    /** What is shown of one. */
    static Schema shown() {
        Schema ended = Schema.object("How it has ended.")
                .with("at", Schema.moment("When."))
                .with("reason", Schema.word("Why, in a word.", reasons()))
                .with("why", Schema.text("Why, for people."));
        return Schema.object("An experiment.")
                .with("id", Schema.text("Its name."))
                .with("route", Schema.text("Whose attempts are hit."))
                .with("state", Schema.word("Whether it runs.", "running", "ended"))
                .with("percentage", Schema.text("Share of the attempts that are hit."))
                .with("match", match())
                .with("fault", Schema.list("What happens to them.", Schema.text("One fault.")))
                .withOptional("maxConcurrent", Schema.count("No more attempts than that are hit at once."))
                .with("duration", Schema.text("When it ends by itself."))
                .withOptional("ramp", Schema.text("The share grows from 0 to percentage in this time."))
                .with("haltWhen", halt())
                .with("startedAt", Schema.moment("When it began."))
                .with("endsAt", Schema.moment("When its time is over."))
                .with("injected", Schema.count("Attempts that got faults."))
                .with("underWay", Schema.count("Those of them that have not ended."))
                .withOptional("lastCheck", Schema.text("What came of the last status check."))
                .withOptional("ended", ended);
    }

    private static Schema match() {
        return Schema.object("Only these requests; all where nothing is named.")
                .with("methods", Schema.list("Any of these.", Schema.text("A method.")))
                .with("headers", Schema.list("All of these; their values are not shown.", Schema.text("A name.")));
    }

    private static Schema halt() {
        return Schema.object("When it ends before its time.")
                .withOptional("burnRate", Schema.number("The error budget is used up so many times too fast."))
                .with("circuitOpen", Schema.truth("A circuit of the route opens."))
                .withOptional("statusCheck", Schema.text("This is not well: without the query."));
    }

    private static String[] reasons() {
        return Stream.of(Experiment.End.values()).map(Experiment.End::label).toArray(String[]::new);
    }

    static Map<String, Object> tree(Experiment experiment) {
        ExperimentConfig config = experiment.config();
        FaultConfig faults = config.faults();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", config.id());
        tree.put("route", config.route());
        tree.put("state", experiment.ended().isEmpty() ? "running" : "ended");
        tree.put("percentage", faults.percentage().toString());
        tree.put("match", tree(faults.match()));
        tree.put("fault", faults.faults().stream().map(Fault::words).toList());
        faults.maxConcurrent().ifPresent(most -> tree.put("maxConcurrent", most));
        tree.put("duration", Durations.format(config.duration()));
        config.ramp().ifPresent(ramp -> tree.put("ramp", Durations.format(ramp)));
        tree.put("haltWhen", tree(config.haltWhen()));
        tree.put("startedAt", experiment.startedAt().toString());
        tree.put("endsAt", experiment.endsAt().toString());
        tree.put("injected", experiment.injected());
        tree.put("underWay", experiment.underWay());
        if (!experiment.lastCheck().isEmpty()) {
            tree.put("lastCheck", experiment.lastCheck());
        }
        experiment.ended().ifPresent(ended -> {
            Map<String, Object> how = new LinkedHashMap<>();
            how.put("at", ended.at().toString());
            how.put("reason", ended.end().label());
            how.put("why", ended.why());
            tree.put("ended", how);
        });
        return tree;
    }

    /** What headers are compared with may let somebody in. */
    private static Map<String, Object> tree(FaultMatch match) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("methods", List.copyOf(match.methods()));
        tree.put("headers", List.copyOf(match.headers().keySet()));
        return tree;
    }

    private static Map<String, Object> tree(HaltConfig halt) {
        Map<String, Object> tree = new LinkedHashMap<>();
        halt.burnRate().ifPresent(rate -> tree.put("burnRate", rate));
        tree.put("circuitOpen", halt.circuitOpen());
        halt.statusCheck().map(StatusCheck::url).ifPresent(url -> tree.put("statusCheck", shown(url)));
        return tree;
    }

    /** Without what may be a secret: user and query. */
    private static String shown(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return url.getScheme() + "://" + url.getHost() + port + path;
    }
}
