package io.outrigger.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @ParameterizedTest
    @ValueSource(strings = {"-c a.yaml", "--config a.yaml", "--config=a.yaml", "a.yaml"})
    void takesTheFileInEverySpelling(String spelling) throws UsageException {
        ConfigFile file = new ConfigFile("a.yaml");
        assertThat(parse("run " + spelling)).isEqualTo(new Command.Run(file));
        assertThat(parse("check " + spelling)).isEqualTo(new Command.Check(file));
        assertThat(parse("config " + spelling)).isEqualTo(new Command.Show(file));
    }

    @Test
    void takesStdinWhereTheFileIsReadOnce() throws UsageException {
        assertThat(parse("check -")).isEqualTo(new Command.Check(new ConfigFile("-")));
        assertThat(parse("config -c -")).isEqualTo(new Command.Show(new ConfigFile("-")));
        assertRefused("run -c -", "run: - (expected: a file)\nsee: outrigger run --help");
    }

    @Test
    void aFileMayHaveSpacesAndEqualsSigns() throws UsageException {
        assertThat(CommandLine.parse("check", "my a=b.yaml"))
                .isEqualTo(new Command.Check(new ConfigFile("my a=b.yaml")));
    }

    @Test
    void anEmptyNameIsNoFile() {
        assertThatThrownBy(() -> CommandLine.parse("check", "")).hasMessageStartingWith("check: no file");
    }

    @Test
    void theDemoHasPortsOfItsOwn() throws UsageException {
        assertThat(parse("demo")).isEqualTo(new Command.Demo(15100, 15101));
        assertThat(parse("demo --port 0 --admin-port=8080")).isEqualTo(new Command.Demo(0, 8080));
        assertThat(parse("demo --print-config")).isEqualTo(new Command.DemoConfig());
    }

    @ParameterizedTest
    @CsvSource({"run", "check", "config", "explain", "diff", "slo-rules", "schema", "healthcheck", "demo"})
    void everyCommandHasHelpAndTheVersion(String command) throws UsageException {
        assertThat(parse(command + " --version")).isEqualTo(new Command.Version());
        assertThat(parse(command + " --help")).isEqualTo(new Command.Help(command));
        assertThat(parse(command + " -h --what")).isEqualTo(new Command.Help(command));
        assertThat(Help.of(command)).startsWith("outrigger " + command).isNotEqualTo(Help.of(""));
        assertThat(Help.of("")).contains("outrigger " + command);
    }

    @Test
    void anExplanationIsForARequest() throws UsageException {
        assertThat(parse("explain -c a.yaml GET /x -H a:1 --header=b:2"))
                .isEqualTo(new Command.Explain(new ConfigFile("a.yaml"), "GET", "/x", List.of("a:1", "b:2")));
    }

    @Test
    void rulesMayBeForSomeSidecarsOnly() throws UsageException {
        ConfigFile file = new ConfigFile("a.yaml");
        assertThat(parse("slo-rules -c a.yaml")).isEqualTo(new Command.SloRules(file, ""));
        assertThat(CommandLine.parse("slo-rules", "a.yaml", "--selector", "job=\"a b\",env!~\"\\\\d.*\""))
                .isEqualTo(new Command.SloRules(file, "job=\"a b\",env!~\"\\\\d.*\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "job", "job=checkout", "job=\"a\"}", "job=\"a\" or up", "1=\"a\"", "a=\"b\n\"", "a=\"b\\\""})
    void aSelectorIsMadeOfMatchers(String selector) {
        assertThatThrownBy(() -> CommandLine.parse("slo-rules", "a.yaml", "--selector=" + selector))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("slo-rules: --selector " + selector + " (expected: job=\"checkout\")");
    }

    @Test
    void aHealthcheckNeedsNoFile() throws UsageException {
        assertThat(parse("healthcheck")).isEqualTo(new Command.Healthcheck(Optional.empty()));
        assertThat(parse("healthcheck -c a")).isEqualTo(new Command.Healthcheck(Optional.of(new ConfigFile("a"))));
    }

    @Test
    void aDifferenceIsBetweenTwoFiles() throws UsageException {
        assertThat(parse("diff a.yaml -")).isEqualTo(new Command.Diff(new ConfigFile("a.yaml"), new ConfigFile("-")));
    }

    @Test
    void theProgramHasHelpAndAVersion() throws UsageException {
        assertThat(parse("--help")).isEqualTo(new Command.Help(""));
        assertThat(parse("-h")).isEqualTo(new Command.Help(""));
        assertThat(parse("help")).isEqualTo(new Command.Help(""));
        assertThat(parse("--version")).isEqualTo(new Command.Version());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chekc            | chekc: unknown command (did you mean check?)",
                "fly              | fly: unknown command (expected: run, check, config, explain, diff, slo-rules, schema, healthcheck, demo)",
                "--versoin        | --versoin: unknown option (did you mean --version?)",
                "run              | run: no file (expected: one)",
                "check a b        | check: files a and b (expected: one)",
                "check a -c b     | check: files a and b (expected: one)",
                "run -c           | run: -c: no value",
                "run -c a -c b    | run: -c: given twice",
                "run --conf a     | run: --conf: unknown option (did you mean --config?)",
                "diff a           | diff: no NEW (expected: OLD NEW)",
                "diff a b c       | diff: c: unexpected",
                "diff - -         | diff: - twice (expected: stdin for one of the two)",
                "explain GET /    | explain: no file (expected: -c FILE)",
                "explain -c a GET | explain: no URL (expected: METHOD URL)",
                "explain -c a GET / -H x | explain: -H x (expected: name: value)",
                "schema a         | schema: a: unexpected",
                "healthcheck a    | healthcheck: a: unexpected",
                "healthcheck -c a --config b | healthcheck: -c: given twice",
                "demo --prot 1    | demo: --prot: unknown option (did you mean --port?)",
                "demo 1           | demo: 1: unexpected",
                "demo --port 1x   | demo: --port: 1x (expected: 0 to 65535)",
                "demo --port -1   | demo: --port: -1 (expected: 0 to 65535)",
                "demo --port 65536| demo: --port: 65536 (expected: 0 to 65535)",
                "demo --print-config=1 | demo: --print-config=1: unknown option",
            })
    void saysWhatIsWrong(String line, String message) {
        assertRefused(line, message);
    }

    @Test
    void withoutACommandItShowsHowItIsUsed() {
        assertThatThrownBy(CommandLine::parse)
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(
                        "no command (expected: run, check, config, explain, diff, slo-rules, schema, healthcheck, demo)")
                .hasMessageContaining(Help.of(""));
    }

    private static void assertRefused(String line, String message) {
        assertThatThrownBy(() -> parse(line))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(message)
                .hasMessageContaining("\nsee: outrigger ");
    }

    private static Command parse(String line) throws UsageException {
        return CommandLine.parse(line.split(" "));
    }
}
