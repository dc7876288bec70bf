package io.outrigger.admin;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
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
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Says what would become of a configuration, without putting it in force. It fills in no variable of the environment,
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
        Schema lines = Schema.list("Empty when there are none.", Schema.text("FILE:LINE:COLUMN: PATH: MESSAGE"));
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
                                .with("inForce", Schema.truth("Whether it is the very file that is in force."))));
    }

    @Override
    public void show(Ask ask, Consumer<Content> then) {
        if (waiting == MOST_WAITING) {
            then.accept(
                    Content.problem(503, "too many are being checked at once").with("retry-after", "1"));
            return;
        }
        waiting++;
        String hash = proxy.config().hash();
        thread.execute(() -> {
            Content found = check(ask.body(), hash);
            if (own.isShuttingDown()) {
                return; // and with it the connection that waited
            }
            own.execute(() -> {
                waiting--;
                then.accept(found);
            });
        });
    }

    private static Content check(byte[] body, String hashInForce) {
        Set<String> variables = new TreeSet<>();
        ReadResult read;
        try {
            read = ConfigReader.read(Sent.BODY, body, name -> {
                variables.add(name);
                return null;
            });
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, "admin: POST /config/check failed", e);
            return Content.problem(500, "the configuration could not be read");
        }
        List<String> problems = new ArrayList<>();
        if (read instanceof ReadResult.Broken broken) {
            broken.problems().stream()
                    .filter(problem -> !aboutVariables(problem, variables))
                    .forEach(problem -> problems.add(problem.toString()));
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("fine", problems.isEmpty());
        tree.put("problems", problems);
        tree.put("variables", missing(read, variables));
        tree.put("inForce", read.hash().equals(hashInForce));
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
