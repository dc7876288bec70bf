package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each command does what its help says, and tells by its exit code how it went. */
class CommandLineTest {
    private static final String FINE = """
            listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
            upstreams: {app: {endpoints: ["127.0.0.1:80"]}}
            """;
    private static final String BROKEN = """
            listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
            upstreams: {app: {endpoints: ["127.0.0.1:80"]}}
            routes:
              - {name: a, match: {}, upstream: nowhere}
              - {name: b, match: {}, upstream: app, retry: {attempts: 0}}
              - {name: c, match: {}, upstream: app, retri: off}
            """;

    /** What a command ended with. */
    private record Ended(int exit, List<String> out, List<String> err) {}

    private static Ended outrigger(String... arguments) throws Exception {
        try (var program = Program.start(arguments)) {
            var ended = new Ended(
                    program.awaitExit(), program.out().all(), program.err().all());
            assertThat(ended.err).noneMatch(line -> line.contains("\tat ") || line.contains("Exception"));
            return ended;
        }
    }

    @Test
    void versionAndHelpAreAnswered() throws Exception {
        var version = outrigger("--version");
        assertThat(version.exit).isZero();
        assertThat(version.out).hasSize(1);
        assertThat(version.out.getFirst()).matches("outrigger \\d+\\.\\d+\\.\\d+.*");

        var help = outrigger("--help");
        assertThat(help.exit).isZero();
        assertThat(String.join("\n", help.out))
                .contains("run -c FILE", "check FILE", "config -c FILE", "demo", "Exit codes");
        assertThat(outrigger("run", "--help").out.getFirst()).contains("outrigger run -c FILE");
    }

    @Test
    void checkFindsAllProblemsAtTheirPlaces() throws Exception {
        Path broken = Program.file(BROKEN);
        var ended = outrigger("check", broken.toString());
        assertThat(ended.exit).isEqualTo(1);
        assertThat(ended.out).isEmpty();
        assertThat(ended.err)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith(broken + ":4:").contains("routes[0].upstream", "nowhere"),
                        second -> assertThat(second).startsWith(broken + ":5:").contains("routes[1].retry.attempts: 0"),
                        third -> assertThat(third)
                                .startsWith(broken + ":6:")
                                .contains("routes[2].retri", "did you mean retry?"));
        assertThat(outrigger("run", "-c", broken.toString())).isEqualTo(ended);
    }

    @Test
    void checkIsContentWithWhatIsRight() throws Exception {
        var ended = outrigger("check", Program.file(FINE).toString());
        assertThat(ended.exit).as("%s", ended.err).isZero();
        assertThat(ended.err).isEmpty();
    }

    @Test
    void aFileThatIsNamedHasToBeThereForWhatStartsOrChecks() throws Exception {
        Path file = Program.file("admin: {address: \"127.0.0.1:0\", tokenFile: /nowhere/token}\n" + FINE);
        var ended = outrigger("check", file.toString());
        assertThat(ended.exit).isEqualTo(1);
        assertThat(ended.err)
                .containsExactly(file + ":1:33: admin.tokenFile: /nowhere/token: no such file"
                        + " (expected: one that holds the token)");
        assertThat(outrigger("run", "-c", file.toString())).isEqualTo(ended);
        assertThat(outrigger("config", "-c", file.toString()).exit).isZero();
    }

    @Test
    void configShowsWhatReadsTheSame() throws Exception {
        var shown = outrigger("config", "-c", Program.file(FINE).toString());
        assertThat(shown.exit).isZero();
        assertThat(String.join("\n", shown.out)).contains("maxConnections: 256", "request: 30s");
        var again = outrigger(
                "config",
                "-c",
                Program.file(String.join("\n", shown.out) + "\n").toString());
        assertThat(again).isEqualTo(shown);
    }

    @Test
    void rulesForPrometheusComeFromWhatRoutesPromise() throws Exception {
        Path file = Program.file(FINE + "service: checkout\ndefaults: {slo: {availability: 99.5%}}\n");
        var rules = outrigger("slo-rules", "-c", file.toString());
        assertThat(rules.exit).as("%s", rules.err).isZero();
        assertThat(rules.err).isEmpty();
        assertThat(rules.out).contains("groups:").anyMatch(line -> line.endsWith(">= 14.4 * 0.005"));
        Path written = Program.file(String.join("\n", rules.out) + "\n");
        var promtool = new ProcessBuilder("promtool", "check", "rules", "--lint-fatal", written.toString()).start();
        assertThat(promtool.waitFor()).isZero();
    }

    @Test
    void whatCannotBeUnderstoodIsUsage() throws Exception {
        assertThat(outrigger().exit).isEqualTo(2);
        var misspelt = outrigger("chek", "file.yaml");
        assertThat(misspelt.exit).isEqualTo(2);
        assertThat(misspelt.err.getFirst()).contains("chek", "did you mean check?");
        var missing = outrigger("run", "-c", "/nowhere/outrigger.yaml");
        assertThat(missing.exit).isEqualTo(2);
        assertThat(missing.err.getFirst()).contains("/nowhere/outrigger.yaml");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            var listener = outrigger(
                    "run",
                    "-c",
                    Program.file(FINE.replace("127.0.0.1:0", address)).toString());
            assertThat(listener.exit).isEqualTo(3);
            assertThat(listener.err).hasSize(1);
            assertThat(listener.err.getFirst()).contains("listener outbound", address);
            var admin = outrigger(
                    "run",
                    "-c",
                    Program.file(FINE + "admin: {address: \"" + address + "\"}\n")
                            .toString());
            assertThat(admin.exit).isEqualTo(3);
            assertThat(admin.err.getFirst()).contains("admin", address);
        }
    }
}
