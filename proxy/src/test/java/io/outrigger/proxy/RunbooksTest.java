package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.config.key.Environment;
import io.outrigger.config.lint.Lint;
import io.outrigger.exchange.Failure;
import io.outrigger.proxy.slo.SloRules;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each alert and each cause has a runbook, and what runbooks tell people to type is there. */
class RunbooksTest {
    private static final Path RUNBOOKS = Path.of("../docs/runbooks");
    private static final Path ALERTS = Path.of("../deploy/prometheus/alerts.yaml");
    private static final Pattern ALERT = Pattern.compile("(?m)^ +- alert: (\\w+)$");
    private static final Pattern URL = Pattern.compile("(?m)^ +runbook_url: https://\\S+/docs/runbooks/(\\w+)\\.md$");
    private static final Pattern BLOCK = Pattern.compile("(?s)```(yaml|sh|promql)\n(.*?)```");
    private static final Pattern METRIC = Pattern.compile(
            "(?<![:\\w])((?:outrigger|http|process|jvm)_[a-z_]+?)(?:_bucket|_sum|_count)?\\b(?![a-z_\"])");
    private static final Pattern CAUSE = Pattern.compile("cause=\"(\\w+)\"");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
    private static final String FILE = """
            listeners: [{name: outbound, address: "127.0.0.1:15100"}]
            admin: {address: "127.0.0.1:15101"}
            upstreams: {payments: {endpoints: ["127.0.0.1:1"]}}
            routes: [{name: charge, match: {path: {prefix: /v1/charges}}, upstream: payments, circuitBreaker: {}, idempotency: {}}]
            """;

    @TempDir
    Path folder;

    @Test
    void eachAlertAndEachCauseHasOneAndNothingElseHas() throws IOException {
        String alerts = Files.readString(ALERTS);
        List<String> names =
                ALERT.matcher(alerts).results().map(RunbooksTest::first).toList();
        assertThat(names).hasSizeGreaterThan(20).doesNotHaveDuplicates();
        assertThat(URL.matcher(alerts).results().map(RunbooksTest::first)).containsExactlyElementsOf(names);
        Set<String> wanted = causes();
        wanted.addAll(names);
        wanted.add(SloRules.ALERT); // of the rules that the program writes
        wanted.add("README");
        assertThat(pages().keySet()).isEqualTo(wanted);
        assertThat(pages().get("README"))
                .contains(wanted.stream()
                        .filter(name -> !name.equals("README"))
                        .map(name -> "[" + name + "](" + name + ".md)")
                        .toArray(String[]::new));
    }

    @Test
    void eachSaysWhatToDoAndHowToUndoIt() throws IOException {
        for (var page : pages().entrySet()) {
            if (!page.getKey().equals("README")) {
                assertThat(page.getValue())
                        .as(page.getKey())
                        .startsWith("# " + page.getKey() + "\n\n")
                        .containsSubsequence("## Confirm", "```sh\ncurl ", "```promql\n", "## Do now", "## Undo");
            }
            for (MatchResult link : LINK.matcher(page.getValue()).results().toList()) {
                assertThat(RUNBOOKS.resolve(first(link))).as(page.getKey()).exists();
            }
        }
    }

    @Test
    void metricsAndCausesAreThoseOfTheProxy() throws IOException {
        String known = Files.readString(Path.of("../docs/metrics.md"));
        String all = Files.readString(ALERTS) + String.join("\n", blocks("promql"));
        for (MatchResult metric : METRIC.matcher(all).results().toList()) {
            boolean jvm = first(metric).startsWith("jvm_"); // e2e tests ask for these
            String name = first(metric).replaceFirst("^process_", "");
            assertThat(jvm || known.contains("`" + name + "`"))
                    .as(first(metric))
                    .isTrue();
        }
        assertThat(causes())
                .containsAll(
                        CAUSE.matcher(all).results().map(RunbooksTest::first).toList());
    }

    /** In the place of what has the same name in a small file, and without anything that the check warns of. */
    @Test
    void whatYamlSaysIsRight() throws IOException {
        for (String block : blocks("yaml")) {
            String rest = FILE.lines()
                    .filter(line -> !("\n" + block).contains("\n" + line.substring(0, line.indexOf(':') + 1)))
                    .collect(Collectors.joining("\n"));
            byte[] text = (block + rest).getBytes(StandardCharsets.UTF_8);
            ReadResult read = ConfigReader.read("a.yaml", text, Environment.EMPTY);
            assertThat(read).as(block).isInstanceOf(ReadResult.Ok.class);
            assertThat(Lint.of("a.yaml", text, ((ReadResult.Ok) read).config(), 48L << 20))
                    .as(block)
                    .isEmpty();
        }
    }

    @Test
    void whatIsToBeTypedIsAnswered() throws Exception {
        Path file = Files.writeString(folder.resolve("outrigger.yaml"), FILE.replaceAll("151\\d\\d", "0"));
        var read = (ReadResult.Ok) ConfigReader.read("a.yaml", Files.readAllBytes(file), Environment.EMPTY);
        ProxyOptions options = ProxyOptions.defaults().withLog(OutputStream.nullOutputStream());
        try (Proxy proxy = Proxy.start(read, options);
                HttpClient client = HttpClient.newHttpClient()) {
            int port = ((InetSocketAddress) proxy.admin().orElseThrow()).getPort();
            List<String> lines = blocks("sh").stream()
                    .flatMap(String::lines)
                    .distinct()
                    .filter(line -> !line.equals("outrigger check outrigger.yaml"))
                    .toList();
            for (String line : lines) {
                int status = status(client, line, port);
                boolean fine = line.contains("/keys/") ? status == 404 : status == 200; // nobody has used that key
                boolean unwatched = line.endsWith("/config/reload") && status != 404 && status != 405;
                assertThat(fine || unwatched).as("%s: %s", line, status).isTrue();
            }
        }
    }

    private static int status(HttpClient client, String line, int port) throws Exception {
        var command = Pattern.compile(
                        "curl -s(?: -X (\\w+))?(?: -d '(.*)')? \"?http://127\\.0\\.0\\.1:15101([^\" ]+)\"?")
                .matcher(line);
        assertThat(command.matches()).as(line).isTrue();
        String method = command.group(1) == null ? "GET" : command.group(1);
        String body = command.group(2) == null ? "" : command.group(2);
        URI uri = URI.create("http://127.0.0.1:" + port + command.group(3));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    private static Set<String> causes() {
        Set<String> causes = new TreeSet<>();
        Arrays.stream(Failure.Kind.values()).forEach(kind -> causes.add(kind.cause()));
        return causes;
    }

    private static List<String> blocks(String language) throws IOException {
        List<String> blocks = pages().values().stream()
                .flatMap(page -> BLOCK.matcher(page).results())
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
        assertThat(blocks).hasSizeGreaterThan(20);
        return blocks;
    }

    private static Map<String, String> pages() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        try (Stream<Path> files = Files.list(RUNBOOKS)) {
            for (Path file : files.toList()) {
                pages.put(file.getFileName().toString().replace(".md", ""), Files.readString(file));
            }
        }
        return pages;
    }

    private static String first(MatchResult found) {
        return found.group(1);
    }
}
