package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.config.key.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of the pages that define what a file has at its top are accepted, with what they leave out put in. */
class DocsExamplesTest {
    private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");
    private static final Pattern TOP = Pattern.compile("(?m)^(listeners|upstreams|admin|telemetry|logging):");
    private static final Pattern UPSTREAM = Pattern.compile("(?s)\nupstreams:\\s+([a-z]+):|^upstreams:\\s+([a-z]+):");

    record Example(Path page, String yaml) {}

    static Stream<Example> examples() throws IOException {
        try (Stream<Path> pages = Files.list(Path.of("../docs"))) {
            return pages.filter(page -> page.toString().endsWith(".md")).sorted().toList().stream()
                    .flatMap(page -> blocks(page).stream().map(yaml -> new Example(page, yaml)))
                    .filter(example -> TOP.matcher(example.yaml()).find());
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isAccepted(Example example) {
        byte[] content = whole(example.yaml()).getBytes(StandardCharsets.UTF_8);
        ReadResult read = ConfigReader.read(example.page().toString(), content, Environment.EMPTY);
        assertThat(read).isInstanceOf(ReadResult.Ok.class);
    }

    @Test
    void thereAreSome() throws IOException {
        assertThat(examples().map(example -> example.page().getFileName().toString()))
                .contains("configuration.md", "upstreams.md", "admin-api.md");
    }

    private static String whole(String yaml) {
        String upstreams = has(yaml, "upstreams") ? yaml : yaml + "upstreams: {app: {endpoints: [app.internal:80]}}\n";
        var named = UPSTREAM.matcher(upstreams);
        String name = !named.find() ? "app" : named.group(1) == null ? named.group(2) : named.group(1);
        return has(yaml, "listeners")
                ? upstreams
                : upstreams + "listeners: [{name: out, address: \"127.0.0.1:0\", upstream: " + name + "}]\n";
    }

    private static boolean has(String yaml, String key) {
        return Pattern.compile("(?m)^" + key + ":").matcher(yaml).find();
    }

    private static List<String> blocks(Path page) {
        try {
            return YAML.matcher(Files.readString(page))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
