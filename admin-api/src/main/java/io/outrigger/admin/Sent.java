package io.outrigger.admin;

import io.outrigger.config.key.Environment;
import io.outrigger.config.key.Found;
import io.outrigger.config.key.Reading;
import io.outrigger.config.key.Type;
import io.outrigger.config.yaml.Problem;
import io.outrigger.config.yaml.Problems;
import io.outrigger.config.yaml.YamlNode;
import io.outrigger.config.yaml.YamlTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a client sent, read as strictly as the configuration, with the same messages; JSON is YAML, too. No variable of
 * the environment is filled in. Immutable.
 */
sealed interface Sent<T> {
    /** The name of what was sent, for messages. */
    String BODY = "body";

    record Fine<T>(T value) implements Sent<T> {}

    /** All that is wrong with it, a line each. */
    record Wrong<T>(List<String> problems) implements Sent<T> {
        Content content() {
            return Content.problem(422, "the body is not as it should be (see problems)", Map.of("problems", problems));
        }
    }

    static <T> Sent<T> read(Type<T> type, byte[] body) {
        if (new String(body, StandardCharsets.UTF_8).isBlank()) {
            return new Wrong<>(List.of(BODY + ":1:1: nothing (expected: " + type.expected() + ")"));
        }
        Problems problems = new Problems(BODY);
        YamlNode root = YamlTree.of(body, problems);
        Found<T> found = root == null ? null : new Reading(problems, Environment.EMPTY, _ -> false).read(type, root);
        return found != null && problems.isEmpty()
                ? new Fine<>(found.value())
                : new Wrong<>(problems.inOrder().stream().map(Problem::toString).toList());
    }
}
