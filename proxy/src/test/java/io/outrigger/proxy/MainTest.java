package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.config.key.Environment;
import io.outrigger.proxy.cli.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that come to an end by themselves, and how. */
class MainTest {
    private static final String FINE = """
            listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
            upstreams: {app: {endpoints: ["${APP:-127.0.0.1:1}"]}}
            """;
    private static final String BROKEN = """
            listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
            defaults: {retry: {attempts: 0}}
            upstreems: {}
            """;

    @TempDir
    Path folder;

    private final Printed printed = new Printed(FINE);
    private Map<String, String> environment = Map.of();

    @Test
    void aFileThatIsRightIsOk() throws IOException {
        Path file = write(FINE);
        assertThat(follow("check", file.toString())).isZero();
        assertThat(printed.out()).isEqualTo(file + ": ok\n");
        assertThat(printed.err()).isEmpty();
    }

    @Test
    void allProblemsAreToldOneALineWithTheirPlaces() throws IOException {
        Path file = write(BROKEN);
        assertThat(follow("check", file.toString())).isEqualTo(1);
        assertThat(printed.out()).isEmpty();
        assertThat(printed.err().lines())
                .contains(
                        file + ":2:20: defaults.retry.attempts: 0 (expected: 1 to 10)",
                        file + ":3:1: upstreems: unknown key (did you mean upstreams?)")
                .allMatch(line -> line.startsWith(file + ":"));
    }

    @Test
    void anAnswerThatCannotBeWrittenIsNoSuccess() {
        Printed full = new Printed("");
        OutputStream none = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("no space left on device");
            }
        };
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(), none, full.terminal().err());
        assertThat(new Main(terminal, environment::get).follow("schema")).isEqualTo(2);
        assertThat(full.err()).isEqualTo("outrigger: the answer cannot be written to stdout\n");
    }

    @Test
    void whatCannotWorkIsAWarningAndNoProblem() throws IOException {
        Path file = write(FINE + "defaults: {timeout: {request: 1s, attempt: 800ms}, retry: {attempts: 2}}\n");
        assertThat(follow("check", file.toString())).isZero();
        assertThat(printed.out()).isEqualTo(file + ": ok\n");
        assertThat(printed.err())
                .isEqualTo(file + ":3:60: warning: defaults.retry.attempts: 2 attempts of 800ms and the pauses between"
                        + " them may take 1s625ms (expected: at most timeout.request, 1s)\n");
    }

    @Test
    void saysWhatChangesFromOneFileToAnother() throws IOException {
        Path before = write(FINE);
        Path after = Files.writeString(
                folder.resolve("new.yaml"),
                FINE.replace("app: {", "app: {connectTimeout: 2s, ").replace("${APP:-127.0.0.1:1}", "b:1"));
        assertThat(follow("diff", before.toString(), after.toString())).isZero();
        assertThat(printed.out().lines())
                .containsExactly(
                        "upstream app changes",
                        "  endpoints: [\"${APP:-127.0.0.1:1}\"] -> [b:1]",
                        "  connectTimeout: 1s -> 2s",
                        "  keeps: endpoints, balancing",
                        "  starts fresh: looking up of names, pool",
                        "unchanged, with all state: 1 listener");
        assertThat(printed.err()).isEmpty();
    }

    @Test
    void saysWhichRouteTakesARequest() throws IOException {
        assertThat(follow("explain", "-c", write(FINE).toString(), "GET", "/x")).isZero();
        assertThat(printed.out())
                .startsWith("GET /x for host 127.0.0.1:0 at listener outbound\n  route listener:outbound takes it\n");
    }

    @Test
    void writesTheRulesForWhatRoutesPromise() throws IOException {
        Path file = write(FINE + "service: checkout\ndefaults: {slo: {}}\n");
        assertThat(follow("slo-rules", "-c", file.toString(), "--selector", "job=\"a\""))
                .isZero();
        assertThat(printed.out()).startsWith("# Written by outrigger slo-rules").contains("{job=\"a\",route=");
        assertThat(printed.err()).isEmpty();
    }

    @Test
    void rulesOfAServiceWithoutANameAreWrittenAndNameTheKeyThatIsMissing() throws IOException {
        assertThat(follow("slo-rules", write(FINE + "defaults: {slo: {}}\n").toString()))
                .isZero();
        assertThat(printed.out()).contains("service: \"unknown\"");
        assertThat(printed.err()).startsWith("outrigger: service: unknown (expected: a name, in the file or as OTEL_");
    }

    @Test
    void writesTheSchemaAsJson() throws IOException {
        assertThat(follow("schema")).isZero();
        assertThat(new com.fasterxml.jackson.databind.ObjectMapper()
                        .readTree(printed.out())
                        .at("/properties/routes/type")
                        .asText())
                .isEqualTo("array");
    }

    @Test
    void saysSoWhereNothingChanges() throws IOException {
        assertThat(follow("diff", write(FINE).toString(), "-")).isZero();
        assertThat(printed.out()).isEqualTo("no difference\n");
    }

    @Test
    void aDifferenceToWhatIsBrokenIsAProblem() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.yaml"), BROKEN);
        assertThat(follow("diff", write(FINE).toString(), broken.toString())).isEqualTo(1);
        assertThat(printed.err()).contains(broken + ":2:20: ");
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void runTellsTheSameProblemsAndDoesNotStart() throws IOException {
        Path file = write(BROKEN);
        assertThat(follow("run", "-c", file.toString())).isEqualTo(1);
        assertThat(printed.err()).contains("defaults.retry.attempts: 0 (expected: 1 to 10)\n");
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void readsStdin() {
        assertThat(follow("check", "-")).isZero();
        assertThat(printed.out()).isEqualTo("stdin: ok\n");
    }

    @Test
    void takesVariablesFromTheEnvironment() throws IOException {
        environment = Map.of("APP", "no-port");
        assertThat(follow("check", write(FINE).toString())).isEqualTo(1);
        assertThat(printed.err()).contains("upstreams.app.endpoints[0]");
    }

    @Test
    void showsTheEffectiveConfigurationWhichReadsTheSame() throws IOException {
        assertThat(follow("config", "-c", write(FINE).toString())).isZero();
        assertThat(printed.out()).contains("connectTimeout: 1s").contains("${APP:-127.0.0.1:1}");
        assertThat(read(printed.out())).isEqualTo(read(FINE));
        assertThat(printed.err()).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadIsAMatterOfUsage() {
        Path missing = folder.resolve("missing.yaml");
        assertThat(follow("run", "-c", missing.toString())).isEqualTo(2);
        assertThat(follow("check", folder.toString())).isEqualTo(2);
        assertThat(printed.err().lines())
                .containsExactly(
                        "outrigger: " + missing + ": cannot be read (no such file or directory)",
                        "outrigger: " + folder + ": cannot be read (is a directory)");
    }

    @Test
    void aFileWithoutEndIsRefusedAndNotReadToIt() {
        assertThat(follow("check", "/dev/zero")).isEqualTo(1);
        assertThat(printed.err()).startsWith("/dev/zero:1:1: ");
    }

    @Test
    void anAddressThatIsTakenIsToldInALine() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();
            Path file = write(FINE.replace("127.0.0.1:0", address));
            assertThat(follow("run", "-c", file.toString())).isEqualTo(3);
            assertThat(printed.err().lines())
                    .singleElement()
                    .asString()
                    .isEqualTo("outrigger: listener outbound: cannot bind " + address + ": address already in use");
        }
    }

    @Test
    void soIsAnAdminAddress() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();
            Path file = write(FINE + "admin: {address: \"" + address + "\"}\n");
            assertThat(follow("run", "-c", file.toString())).isEqualTo(3);
            assertThat(printed.err())
                    .isEqualTo("outrigger: admin: cannot bind " + address + ": address already in use\n");
        }
    }

    @Test
    void theDemoSaysHowToTakeOtherPorts() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(other.getLocalPort());
            assertThat(follow("demo", "--port", port, "--admin-port", "0")).isEqualTo(3);
            assertThat(printed.err()).contains("127.0.0.1:" + port, "outrigger demo --port 0 --admin-port 0");
            assertThat(printed.out()).isEmpty();
        }
    }

    @Test
    void whatIsNoCommandIsAMatterOfUsage() {
        assertThat(follow("chekc")).isEqualTo(2);
        assertThat(printed.err())
                .isEqualTo("outrigger: chekc: unknown command (did you mean check?)\nsee: outrigger --help\n");
    }

    @Test
    void helpAndVersionGoToStdout() {
        assertThat(follow("--help")).isZero();
        assertThat(follow("demo", "--help")).isZero();
        assertThat(follow("--version")).isZero();
        assertThat(printed.out())
                .contains("outrigger run -c FILE", "--admin-port", "outrigger " + Version.current() + "\n");
        assertThat(printed.err()).isEmpty();
    }

    @Test
    void theDemosConfigurationCanBeRunAsItIsPrinted() throws IOException {
        assertThat(follow("demo", "--print-config")).isZero();
        assertThat(follow("check", write(printed.out()).toString()))
                .as(printed.err())
                .isZero();
    }

    private static Object read(String text) {
        ReadResult read = ConfigReader.read("a.yaml", text.getBytes(StandardCharsets.UTF_8), Environment.EMPTY);
        return ((ReadResult.Ok) read).config();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("outrigger.yaml"), text);
    }

    private int follow(String... arguments) {
        return new Main(printed.terminal(), environment::get).follow(arguments);
    }
}
