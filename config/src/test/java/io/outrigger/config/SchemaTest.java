package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.outrigger.config.key.CoreValue;
import io.outrigger.config.yaml.Problem;
import io.outrigger.config.yaml.Problems;
import io.outrigger.config.yaml.YamlNode;
import io.outrigger.config.yaml.YamlTree;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That an editor with the schema and the reader say the same of a file, but for what no schema can say. */
class SchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(io.outrigger.config.Schema.json());

    /** What only the reader sees, by what it says; docs/editor.md lists the same. */
    private static final Map<String, Pattern> BEYOND = Map.ofEntries(
            beyond(
                    "what the parser of YAML says",
                    "not YAML: .*|character U.*|duplicate key .*|a key that is no text|the file .*"),
            beyond("what YAML allows and we do not", "a second document .*|nested deeper .*"),
            beyond("variables", ".*\\$\\{.*"),
            beyond("names", ".* \\(expected: (an? (name|address) of its own|an? (upstream|store)[:; ]).*"),
            beyond(
                    "ranges of durations, sizes and shares",
                    "[0-9.]+(ms|s|m|h|d|B|KiB|MiB|GiB|%) \\(expected: (?!an? ).*"),
            beyond("how a number is written", "(0[0-9xo][0-9A-F]*|\\+[0-9]+|[0-9]+e[0-9]+) \\(expected: (?!text).*"),
            beyond(
                    "keys that depend on each other",
                    "(without|besides) .*|nothing \\(expected: one of abort, .*|(latency|abort|reset|blackhole) ?[0-9a-z]*, .*"
                            + "|(nothing to serve|settings of its own|no weight) .*|missing \\(expected: the name"
                            + " of an upstream, or split\\)|.* \\(expected: (at (least|most) (?!one)[a-z].*|a loopback"
                            + " address, or tokenFile besides)\\)"),
            beyond(
                    "the inside of texts",
                    "[0-9.]+:[0-9]+ \\(expected: host:port.*|.* \\(expected: a port .*|unix:/.* \\(expected: unix: .*|.* \\(expected: a regex .*"
                            + "|.* \\(expected: a header that the proxy does not write itself\\)"
                            + "|.* \\(expected: (hosts, each|a host without|the number of a database).*"
                            + "|.* \\(expected: variables .* each once\\)|[0-9]+-[0-9]+ \\(expected: .*"),
            beyond("what is still to come", ".*not supported yet"));

    private static Map.Entry<String, Pattern> beyond(String what, String message) {
        return Map.entry(what, Pattern.compile(message));
    }

    /** But those with aliases, anchors and tags: what they stand for is known to editors only. */
    static Stream<Path> brokenFiles() throws IOException, URISyntaxException {
        List<Path> files = new ArrayList<>();
        for (Path file : BrokenFilesTest.brokenFiles().toList()) {
            YamlNode root = YamlTree.of(Files.readAllBytes(file), new Problems(Yaml.FILE));
            if (root == null || !refusesPart(root)) {
                files.add(file);
            }
        }
        return files.stream();
    }

    static Stream<Path> fineFiles() throws IOException, URISyntaxException {
        return FineFilesTest.fineFiles();
    }

    private static boolean isBeyond(Problem problem) {
        return BEYOND.values().stream()
                .anyMatch(kind -> kind.matcher(problem.message()).matches());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fineFiles")
    void takesWhatTheReaderTakes(Path file) throws IOException {
        assertThat(errors(Files.readAllBytes(file))).isEmpty();
    }

    /** That editors resolve what we refuse, so that these files are fine with them. */
    @Test
    void someFilesAreLeftOut() throws IOException, URISyntaxException {
        assertThat(brokenFiles().count())
                .isBetween(
                        BrokenFilesTest.brokenFiles().count() - 10,
                        BrokenFilesTest.brokenFiles().count() - 1);
    }

    @Test
    void whatIsBeyondItIsSaidInTheDocs() throws IOException {
        assertThat(Files.readAllLines(Path.of("..", "docs", "editor.md")))
                .filteredOn(line -> line.startsWith("| ") && !line.startsWith("| |"))
                .map(line -> line.substring(2, line.indexOf(" |", 2)))
                .containsExactlyInAnyOrderElementsOf(BEYOND.keySet());
    }

    @Test
    void takesEveryKey() throws IOException {
        assertThat(errors(Yaml.resource("every-key.yaml").getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenFiles")
    void refusesWhatTheReaderRefusesUnlessThatIsBeyondIt(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        ReadResult.Broken read = (ReadResult.Broken) BrokenFilesTest.read(content);
        boolean beyond = read.problems().stream().allMatch(SchemaTest::isBeyond);
        assertThat(errors(content).isEmpty())
                .as(read.problems() + " but " + errors(content))
                .isEqualTo(beyond);
    }

    /** Of what an editor would see of a file. */
    private static List<String> errors(byte[] content) {
        YamlNode root = YamlTree.of(content, new Problems(Yaml.FILE));
        if (root == null) {
            return List.of();
        }
        JsonNode tree = JSON.valueToTree(plain(root));
        return SCHEMA.validate(tree).stream().map(Object::toString).toList();
    }

    /** Whether something stands there that only YAML can make a value of. */
    private static boolean refusesPart(YamlNode node) {
        return switch (node) {
            case YamlNode.Mapping mapping ->
                mapping.entries().stream().anyMatch(entry -> refusesPart(entry.key()) || refusesPart(entry.value()));
            case YamlNode.Sequence list -> list.items().stream().anyMatch(SchemaTest::refusesPart);
            case YamlNode.Scalar _ -> false;
            case YamlNode.Refused _ -> true;
        };
    }

    private static @Nullable Object plain(YamlNode node) {
        return switch (node) {
            case YamlNode.Mapping mapping -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (YamlNode.Entry entry : mapping.entries()) {
                    if (entry.key() instanceof YamlNode.Scalar key) {
                        map.put(key.text(), plain(entry.value()));
                    }
                }
                yield map;
            }
            case YamlNode.Sequence list -> {
                List<@Nullable Object> items = new ArrayList<>();
                list.items().forEach(item -> items.add(plain(item)));
                yield items;
            }
            case YamlNode.Scalar scalar -> scalar.plain() ? CoreValue.of(scalar.text()) : scalar.text();
            case YamlNode.Refused refused -> throw new IllegalArgumentException(refused.why());
        };
    }
}
