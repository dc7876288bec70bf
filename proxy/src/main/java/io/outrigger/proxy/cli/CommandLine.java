package io.outrigger.proxy.cli;

import io.outrigger.config.key.Similar;
import java.util.List;
import java.util.regex.Pattern;

/** Understands the command line, or says what is wrong with it. Confined to the thread that starts the program. */
public final class CommandLine {
    private static final List<String> COMMANDS =
            List.of("run", "check", "config", "explain", "diff", "slo-rules", "schema", "healthcheck", "demo");
    private static final String MATCHER = "[a-zA-Z_][a-zA-Z0-9_]*(=|!=|=~|!~)\"([^\"\\\\\\p{Cntrl}]|\\\\.)*\"";
    private static final Pattern MATCHERS = Pattern.compile(MATCHER + "(," + MATCHER + ")*");
    private static final int PORT = 15100;
    private static final int ADMIN_PORT = 15101;

    private CommandLine() {}

    public static Command parse(String... arguments) throws UsageException {
        if (arguments.length == 0) {
            throw new UsageException("no command (expected: " + String.join(", ", COMMANDS) + ")\n\n" + Help.of(""));
        }
        String command = arguments[0];
        List<String> rest = List.of(arguments).subList(1, arguments.length);
        return switch (command) {
            case "run", "check", "config" -> onFile(command, rest);
            case "explain" -> explain(rest);
            case "diff" -> diff(rest);
            case "slo-rules" -> sloRules(rest);
            case "schema" -> schema(rest);
            case "healthcheck" -> healthcheck(rest);
            case "demo" -> demo(rest);
            case "--help", "-h", "help" -> new Command.Help("");
            case "--version" -> new Command.Version();
            default -> throw new UsageException(unknown(command) + seeHelp(""));
        };
    }

    private static Command onFile(String command, List<String> rest) throws UsageException {
        Arguments given = new Arguments(command, List.of("--config", "-c"), List.of(), rest);
        if (given.help()) {
            return new Command.Help(command);
        }
        if (given.version()) {
            return new Command.Version();
        }
        ConfigFile file = new ConfigFile(given.fileOr("--config", "-c"));
        return switch (command) {
            case "check" -> new Command.Check(file);
            case "config" -> new Command.Show(file);
            default -> {
                if (file.isStdin()) {
                    throw new UsageException("run: - (expected: a file)" + seeHelp(command));
                }
                yield new Command.Run(file);
            }
        };
    }

    private static Command explain(List<String> rest) throws UsageException {
        Arguments given = new Arguments("explain", List.of("--config", "-c", "--header", "-H"), List.of(), rest);
        if (given.help()) {
            return new Command.Help("explain");
        }
        if (given.version()) {
            return new Command.Version();
        }
        ConfigFile file = new ConfigFile(given.value("--config", "-c")
                .orElseThrow(() -> new UsageException("explain: no file (expected: -c FILE)" + seeHelp("explain"))));
        List<String> words = given.words("METHOD", "URL");
        for (String header : given.repeated()) {
            if (header.indexOf(':') < 1) {
                throw new UsageException("explain: -H " + header + " (expected: name: value)" + seeHelp("explain"));
            }
        }
        return new Command.Explain(file, words.get(0), words.get(1), given.repeated());
    }

    private static Command sloRules(List<String> rest) throws UsageException {
        Arguments given = new Arguments("slo-rules", List.of("--config", "-c", "--selector"), List.of(), rest);
        if (given.help()) {
            return new Command.Help("slo-rules");
        }
        if (given.version()) {
            return new Command.Version();
        }
        ConfigFile file = new ConfigFile(given.fileOr("--config", "-c"));
        String selector = given.value("--selector", "").orElse("");
        if (given.has("--selector") && !MATCHERS.matcher(selector).matches()) {
            throw new UsageException(
                    "slo-rules: --selector " + selector + " (expected: job=\"checkout\")" + seeHelp("slo-rules"));
        }
        return new Command.SloRules(file, selector);
    }

    private static Command schema(List<String> rest) throws UsageException {
        Arguments given = new Arguments("schema", List.of(), List.of(), rest);
        if (given.help()) {
            return new Command.Help("schema");
        }
        if (given.version()) {
            return new Command.Version();
        }
        given.noWords();
        return new Command.Schema();
    }

    private static Command healthcheck(List<String> rest) throws UsageException {
        Arguments given = new Arguments("healthcheck", List.of("--config", "-c"), List.of(), rest);
        if (given.help()) {
            return new Command.Help("healthcheck");
        }
        if (given.version()) {
            return new Command.Version();
        }
        given.noWords();
        return new Command.Healthcheck(given.value("--config", "-c").map(ConfigFile::new));
    }

    private static Command diff(List<String> rest) throws UsageException {
        Arguments given = new Arguments("diff", List.of(), List.of(), rest);
        if (given.help()) {
            return new Command.Help("diff");
        }
        if (given.version()) {
            return new Command.Version();
        }
        List<String> files = given.words("OLD", "NEW");
        Command.Diff diff = new Command.Diff(new ConfigFile(files.get(0)), new ConfigFile(files.get(1)));
        if (diff.before().isStdin() && diff.after().isStdin()) {
            throw new UsageException("diff: - twice (expected: stdin for one of the two)" + seeHelp("diff"));
        }
        return diff;
    }

    private static Command demo(List<String> rest) throws UsageException {
        Arguments given = new Arguments("demo", List.of("--port", "--admin-port"), List.of("--print-config"), rest);
        if (given.help()) {
            return new Command.Help("demo");
        }
        if (given.version()) {
            return new Command.Version();
        }
        given.noWords();
        if (given.has("--print-config")) {
            return new Command.DemoConfig();
        }
        return new Command.Demo(given.port("--port", PORT), given.port("--admin-port", ADMIN_PORT));
    }

    private static String unknown(String word) {
        String kind = word.startsWith("-") ? "option" : "command";
        return word + ": unknown " + kind
                + Similar.to(word, word.startsWith("-") ? List.of("--help", "--version") : COMMANDS)
                        .map(name -> " (did you mean " + name + "?)")
                        .orElse(" (expected: " + String.join(", ", COMMANDS) + ")");
    }

    /** Where to read on; for the program as a whole with an empty name. */
    static String seeHelp(String command) {
        return "\nsee: outrigger " + (command.isEmpty() ? "" : command + " ") + "--help";
    }
}
