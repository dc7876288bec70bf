package io.outrigger.admin;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.config.diff.Diff;
import io.outrigger.config.lint.Lint;
import io.outrigger.config.yaml.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Says what would become of a configuration, without putting it in force; the files that it names are looked at,
 * because a reload would refuse it for them. It fills in no variable of the environment,
 * because its messages would show them to whoever asks. Confined to one loop: that of the admin server; but the reading
 * itself is done on a thread of its own, one after the other, so that probes do not wait for it.
 */
final class CheckPage implements Page {
    private static final Logger LOG = Logger.getLogger(CheckPage.class.getName());
    private static final int MOST_WAITING = 4; // each with a body

    private final ProxyView proxy;
    private final EventLoop own;
    private final ThreadPoolExecutor thread; // ends when it has had nothing to do for a while
    private int waiting;

    CheckPage(ProxyView proxy, EventLoop own) {
        this.proxy = proxy;
        this.own = own;
        this.thread = new ThreadPoolExecutor(
                0,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("outrigger-check", true));
    }

    private static final String EXAMPLE = """
            listeners: [{name: out, address: "127.0.0.1:15100", upstream: app}]
            upstreams: {app: {endpoints: ["127.0.0.1:8080"]}}
            """;

    Operation operation() {
        Schema line = Schema.text("FILE:LINE:COLUMN: PATH: MESSAGE");
        Schema lines = Schema.list("Empty when there are none.", line);
        return Operation.ask("/config/check", this, () -> Description.of(
                        "What is wrong with a configuration; nothing is changed.")
                .takes("application/yaml", Schema.text("A file as outrigger run takes it."), EXAMPLE)
                .answers(
                        200,
                        "What was found.",
                        Schema.object("What was found.")
                                .with(
                                        "fine",
                                        Schema.truth("Whether it could be put in force, as far as that can be told."))
                                .with("problems", lines)
                                .with(
                                        "variables",
                                        Schema.list(
                                                "Variables of the environment without a default: not filled in, so"
                                                        + " what depends on them was not checked.",
                                                Schema.text("NAME")))
                                .with("lint", Schema.list("What is allowed and cannot work.", line))
                                .withOptional(
                                        "changes",
                                        Schema.list(
                                                "What would be another way if it came into force, and what would be"
                                                        + " kept; missing where that cannot be told.",
                                                change()))
                                .with("inForce", Schema.truth("Whether it is the very file that is in force."))));
    }

    private static Schema change() {
        Schema states = Schema.list("By name.", Schema.text("Such as pool."));
        Schema edit = Schema.object("A value.")
                .with("key", Schema.text("Its path; empty for the whole."))
                .with("before", Schema.text("Empty where there is none."))
                .with("after", Schema.text("Empty where there is none."));
        return Schema.object("What becomes of a part of the configuration.")
                .with("change", Schema.word("How it differs.", "added", "removed", "changed", "moved"))
                .with("what", Schema.word("Its kind.", "listener", "route", "upstream", "store", "key"))
                .with("name", Schema.text("Its name."))
                .with("edits", Schema.list("What differs in it.", edit))
                .with("keeps", states)
                .with("fresh", states)
                .with("ends", states);
    }

    @Override
    public void show(Ask ask, Consumer<Content> then) {
        if (waiting == MOST_WAITING) {
            then.accept(
                    Content.problem(503, "too many are being checked at once").with("retry-after", "1"));
            return;
        }
        waiting++;
        ConfigView inForce = proxy.config();
        thread.execute(() -> {
            Content found = check(ask.body(), inForce, proxy::withItsFiles);
            if (own.isShuttingDown()) {
                return; // and with it the connection that waited
            }
            own.execute(() -> {
                waiting--;
                then.accept(found);
            });
        });
    }

    private static Content check(byte[] body, ConfigView inForce, UnaryOperator<ReadResult> withItsFiles) {
        Set<String> variables = new TreeSet<>();
        ReadResult read;
        ReadResult whole;
        try {
            read = ConfigReader.read(Sent.BODY, body, name -> {
                variables.add(name);
                return null;
            });
            whole = withItsFiles.apply(read);
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            LOG.log(Level.SEVERE, "admin: POST /config/check failed", e);
            return Content.problem(500, "the configuration could not be read");
        }
        List<String> problems = new ArrayList<>();
        if (whole instanceof ReadResult.Broken broken) {
            broken.problems().stream()
                    .filter(problem -> !aboutVariables(problem, variables))
                    .forEach(problem -> problems.add(problem.toString()));
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("fine", problems.isEmpty());
        tree.put("problems", problems);
        tree.put("variables", missing(read, variables));
        List<Problem> lint = read instanceof ReadResult.Ok ok
                ? Lint.of(Sent.BODY, body, ok.config(), Runtime.getRuntime().maxMemory())
                : List.of();
        tree.put("lint", lint.stream().map(Problem::toString).toList());
        if (read instanceof ReadResult.Ok ok) {
            tree.put(
                    "changes",
                    Diff.of(inForce.effective(), ok.effective().tree()).tree());
        }
        tree.put("inForce", read.hash().equals(inForce.hash()));
        return Content.json(200, tree);
    }

    private static boolean aboutVariables(Problem problem, Set<String> names) {
        return names.stream()
                .anyMatch(name -> problem.message().startsWith("${" + name + "} (expected: the environment"));
    }

    /** Those that something was wanted of and that have no default. */
    private static List<String> missing(ReadResult read, Set<String> names) {
        return read instanceof ReadResult.Broken broken
                ? names.stream()
                        .filter(name ->
                                broken.problems().stream().anyMatch(problem -> aboutVariables(problem, Set.of(name))))
                        .toList()
                : List.of();
    }
}
