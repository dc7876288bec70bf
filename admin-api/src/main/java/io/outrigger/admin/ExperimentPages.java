package io.outrigger.admin;

import io.netty.handler.codec.http.HttpMethod;
import io.outrigger.config.ExperimentConfig;
import io.outrigger.filter.fault.Experiment;
import io.outrigger.filter.fault.Experiments;
import io.outrigger.filter.fault.Experiments.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Begins, shows and stops experiments. Confined to one loop: that of the admin server. */
final class ExperimentPages {
    private static final String ALL = "/experiments";
    private static final String ONE = "/experiments/{id}";
    private static final String EXAMPLE =
            "{\"id\": \"slow-charge\", \"route\": \"charge\", \"percentage\": \"5%\", \"fault\": [{\"latency\": \"500ms\"}],"
                    + " \"duration\": \"10m\", \"ramp\": \"1m\"}";

    private final ProxyView proxy;

    ExperimentPages(ProxyView proxy) {
        this.proxy = proxy;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get(ALL, Operation.Audience.OPERATORS, this::list, () -> Description.of(
                                "The experiments that run, and the last ones that did.")
                        .answers(200, "The last one first.", all())),
                Operation.change(HttpMethod.POST, ALL, this::begin, () -> Description.of(
                                "Begins an experiment: faults for a time.")
                        .takes("application/json", ExperimentShape.asked(), EXAMPLE)
                        .answers(201, "It has begun; the header Location says where it is.", shown())
                        .refuses(409, "It cannot be now: its id is taken, too many run, or it would end at once.")
                        .refuses(422, "The body is not as it should be, or does not fit its route.")),
                Operation.act(
                        HttpMethod.DELETE, ALL, this::stopAll, () -> Description.of("Stops all experiments at once.")
                                .answers(200, "Those that ran until now.", all())),
                Operation.get(ONE, Operation.Audience.OPERATORS, this::show, () -> named("One experiment.")
                        .answers(200, "How it is.", shown())
                        .refuses(404, "None is remembered by this id.")),
                Operation.act(HttpMethod.DELETE, ONE, this::stop, () -> named("Stops an experiment at once.")
                        .answers(200, "It has ended, now or before.", shown())
                        .refuses(404, "None is remembered by this id.")));
    }

    private static Description named(String summary) {
        return Description.of(summary).path("id", "Its id.", "slow-charge");
    }

    private static Schema shown() {
        return ExperimentShape.shown();
    }

    private static Schema all() {
        return Schema.object("Experiments.").with("experiments", Schema.list("The last one first.", shown()));
    }

    private Experiments experiments() {
        return proxy.experiments();
    }

    private void list(Ask ask, Consumer<Content> then) {
        then.accept(content(experiments().all()));
    }

    private void begin(Ask ask, Consumer<Content> then) {
        then.accept(
                switch (Sent.read(ExperimentConfig.BLOCK, ask.body())) {
                    case Sent.Wrong<ExperimentConfig> wrong -> wrong.content();
                    case Sent.Fine<ExperimentConfig>(ExperimentConfig config) ->
                        answer(experiments().begin(config));
                });
    }

    private static Content answer(Answer answer) {
        return switch (answer) {
            case Answer.Begun(Experiment experiment) ->
                Content.json(201, ExperimentShape.tree(experiment))
                        .with(
                                "location",
                                ALL + "/" + encoded(experiment.config().id()));
            case Answer.Wrong(String key, String why) ->
                new Sent.Wrong<>(List.of(Sent.BODY + ": " + key + ": " + why)).content();
            case Answer.NotNow(String why) -> Content.problem(409, why);
        };
    }

    private void stopAll(Ask ask, Consumer<Content> then) {
        List<Experiment> running = experiments().running();
        running.forEach(experiments()::stop);
        then.accept(content(running.reversed()));
    }

    private void show(Ask ask, Consumer<Content> then) {
        then.accept(found(ask)
                .map(experiment -> Content.json(200, ExperimentShape.tree(experiment)))
                .orElseGet(() -> unknown(ask)));
    }

    private void stop(Ask ask, Consumer<Content> then) {
        Optional<Experiment> found = found(ask);
        found.ifPresent(experiments()::stop);
        show(ask, then);
    }

    private Optional<Experiment> found(Ask ask) {
        return experiments().get(ask.name("id"));
    }

    private static Content unknown(Ask ask) {
        return Content.problem(404, "experiment " + ask.name("id") + ": none is remembered by this id");
    }

    private static Content content(List<Experiment> some) {
        return Content.json(
                200,
                Map.of("experiments", some.stream().map(ExperimentShape::tree).toList()));
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8);
    }
}
