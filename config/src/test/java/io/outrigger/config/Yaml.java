package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.key.Environment;
import io.outrigger.config.key.Found;
import io.outrigger.config.key.Reading;
import io.outrigger.config.key.Type;
import io.outrigger.config.yaml.Problem;
import io.outrigger.config.yaml.Problems;
import io.outrigger.config.yaml.YamlNode;
import io.outrigger.config.yaml.YamlTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What the tests read: whole files, and single blocks as if all of their keys existed already. */
final class Yaml {
    static final String FILE = "outrigger.yaml";
    static final String LISTENER = """
            listeners:
              - name: out
                address: 127.0.0.1:15100
                upstream: app
            """;
    static final String UPSTREAM = """
            upstreams:
              app:
                endpoints: [app.internal:8080]
            """;
    static final String SMALLEST = LISTENER + UPSTREAM;

    private Yaml() {}

    static ReadResult read(String yaml, Environment environment) {
        return ConfigReader.read(FILE, yaml.getBytes(StandardCharsets.UTF_8), environment);
    }

    static ReadResult.Ok accepted(String yaml, Environment environment) {
        ReadResult result = read(yaml, environment);
        assertThat(problems(result)).isEmpty();
        return (ReadResult.Ok) result;
    }

    static OutriggerConfig config(String yaml) {
        return accepted(yaml, Environment.EMPTY).config();
    }

    /** The file with one route more, whose keys these are. */
    static RouteConfig route(String keys) {
        return config(SMALLEST + "routes:\n  - name: pay\n    upstream: app\n" + keys.indent(4))
                .routes()
                .getFirst();
    }

    static List<String> problems(String yaml) {
        return problems(read(yaml, Environment.EMPTY));
    }

    static List<String> problems(ReadResult result) {
        return result instanceof ReadResult.Broken broken
                ? broken.problems().stream().map(Problem::toString).toList()
                : List.of();
    }

    /** One value, whether or not what it asks for exists yet. */
    static <T> T value(Type<T> type, String yaml) {
        Problems problems = new Problems(FILE);
        YamlNode node = YamlTree.of(yaml.getBytes(StandardCharsets.UTF_8), problems);
        Found<T> found = node == null ? null : new Reading(problems, Environment.EMPTY, key -> false).read(type, node);
        assertThat(problems.inOrder()).isEmpty();
        return Objects.requireNonNull(found).value();
    }

    /** What is wrong with one value, whether or not what it asks for exists yet. */
    static List<String> problemsOf(Type<?> type, String yaml) {
        Problems problems = new Problems(FILE);
        YamlNode node = YamlTree.of(yaml.getBytes(StandardCharsets.UTF_8), problems);
        if (node != null) {
            new Reading(problems, Environment.EMPTY, key -> false).read(type, node);
        }
        return problems.inOrder().stream()
                .map(problem ->
                        problem.path().isEmpty() ? problem.message() : problem.path() + ": " + problem.message())
                .toList();
    }

    static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Yaml.class.getResourceAsStream("/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
