package io.outrigger.proxy;

import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.ReadResult;
import io.outrigger.config.Schema;
import io.outrigger.config.diff.Diff;
import io.outrigger.config.key.Environment;
import io.outrigger.config.lint.Lint;
import io.outrigger.config.yaml.Problem;
import io.outrigger.proxy.cli.Command;
import io.outrigger.proxy.cli.CommandLine;
import io.outrigger.proxy.cli.ConfigFile;
import io.outrigger.proxy.cli.Exit;
import io.outrigger.proxy.cli.Help;
import io.outrigger.proxy.cli.Terminal;
import io.outrigger.proxy.cli.UsageException;
import io.outrigger.proxy.demo.DemoConfig;
import io.outrigger.proxy.explain.Asked;
import io.outrigger.proxy.explain.Explainer;
import io.outrigger.proxy.slo.SloRules;
import io.outrigger.proxy.tls.NamedFiles;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** The program. Confined to the thread that starts it. */
public final class Main {
    private final Terminal terminal;
    private final Environment environment;

    Main(Terminal terminal, Environment environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        System.exit(ofTheProcess().follow(arguments));
    }

    static Main ofTheProcess() {
        return new Main(Terminal.ofTheProcess(), System::getenv);
    }

    /** Does what the command line asks for, and tells how the process is to exit. */
    int follow(String... arguments) {
        try {
            Command command = CommandLine.parse(arguments);
            // asked by itself, because a switch over types takes long when it is the first of the process
            return command instanceof Command.Run run ? run(run) : follow(command);
        } catch (UsageException e) {
            return complain(Exit.USAGE, e.getMessage());
        } catch (StartException e) {
            return complain(Exit.CANNOT_START, e.getMessage());
        } catch (RuntimeException | Error bug) {
            return complain(Exit.CANNOT_START, "a bug of ours: " + bug + place(bug));
        }
    }

    private int follow(Command command) throws UsageException, StartException {
        return switch (command) {
            case Command.Run run -> run(run);
            case Command.Check check -> check(check.file());
            case Command.Show show ->
                with(show.file(), read -> say(read.effective().yaml()));
            case Command.Diff diff ->
                with(diff.before(), before -> with(diff.after(), after -> say(difference(before, after))));
            case Command.SloRules asked -> with(asked.file(), read -> say(rules(read.config(), asked.selector())));
            case Command.Schema _ -> say(Schema.json());
            case Command.Explain explain -> with(explain.file(), read -> say(explanation(read, explain)));
            case Command.Healthcheck healthcheck -> ask(healthcheck);
            case Command.Demo demo -> Demo.untilToldToEnd(demo.port(), demo.adminPort(), terminal);
            case Command.DemoConfig _ -> say(DemoConfig.text());
            case Command.Help help -> say(Help.of(help.command()));
            case Command.Version _ -> say("outrigger " + Version.current() + "\n");
        };
    }

    private int run(Command.Run command) throws UsageException, StartException {
        Orders orders = Orders.taken(); // first of all: until then a signal ends the process as it likes
        ProxyOptions options = ProxyOptions.defaults().withLog(terminal.out());
        ProxyOptions watching =
                command.file().isLasting() ? options.withSource(new WatchedFile(command.file(), environment)) : options;
        return withItsFiles(command.file(), read -> Run.untilToldToEnd(read, watching, orders));
    }

    /** What is done with a configuration that is right. */
    private interface Use {
        int of(ReadResult.Ok read) throws UsageException, StartException;
    }

    private int with(ConfigFile file, Use use) throws UsageException, StartException {
        return with(file.read(terminal.in(), environment), use);
    }

    /** The same, once the files that it names are found to be right as well. */
    private int withItsFiles(ConfigFile file, Use use) throws UsageException, StartException {
        return with(NamedFiles.check(file.read(terminal.in(), environment)), use);
    }

    private int with(ReadResult read, Use use) throws UsageException, StartException {
        return read instanceof ReadResult.Ok ok ? use.of(ok) : complain((ReadResult.Broken) read);
    }

    /** A proxy that cannot be asked is not ready: engines know two answers, and keep 2 for themselves. */
    private int ask(Command.Healthcheck command) {
        try {
            return Healthcheck.of(command.file(), environment).ask(terminal);
        } catch (UsageException e) {
            return complain(Exit.PROBLEMS, "not ready: " + e.getMessage());
        }
    }

    private int check(ConfigFile file) throws UsageException {
        byte[] content = file.content(terminal.in());
        ReadResult read = NamedFiles.check(file.read(content, environment));
        if (read instanceof ReadResult.Broken broken) {
            return complain(broken);
        }
        OutriggerConfig config = ((ReadResult.Ok) read).config();
        PrintStream complaints = terminal.complaints();
        for (Problem found :
                Lint.of(file.title(), content, config, Runtime.getRuntime().maxMemory())) {
            complaints.println(found.warning());
        }
        return say(file.title() + ": ok\n");
    }

    private String rules(OutriggerConfig config, String selector) {
        if (!config.hasServiceName()) {
            terminal.complaints()
                    .println(
                            "outrigger: service: unknown (expected: a name, in the file or as OTEL_SERVICE_NAME, because"
                                    + " it is a label of all that the rules record)");
        }
        return SloRules.of(config, selector);
    }

    private static String explanation(ReadResult.Ok read, Command.Explain command) {
        Asked asked = new Asked(command.method(), command.url(), command.headers());
        return String.join("\n", Explainer.of(read).explain(asked).lines()) + "\n";
    }

    private static String difference(ReadResult.Ok before, ReadResult.Ok after) {
        Diff diff = Diff.of(before.effective().tree(), after.effective().tree());
        if (!diff.isEmpty()) {
            return String.join("\n", diff.lines()) + "\n";
        }
        return before.config().equals(after.config())
                ? "no difference\n"
                : "no difference that may be shown: a secret, or what a variable holds, is another one\n";
    }

    private int complain(ReadResult.Broken read) {
        PrintStream complaints = terminal.complaints();
        for (Problem problem : read.problems()) {
            complaints.println(problem);
        }
        return Exit.PROBLEMS;
    }

    private int say(String text) {
        PrintStream answers = terminal.answers();
        answers.print(text);
        return answers.checkError() ? complain(Exit.USAGE, "the answer cannot be written to stdout") : Exit.FINE;
    }

    private int complain(int exit, @Nullable String what) {
        terminal.complaints().println("outrigger: " + what);
        return exit;
    }

    /** Where it happened, so that a report is of use; the whole stack would only hide it. */
    private static String place(Throwable bug) {
        return bug.getStackTrace().length == 0 ? "" : " at " + bug.getStackTrace()[0];
    }
}
