package io.outrigger.proxy.cli;

/** The texts that say how the program is used. Immutable. */
public final class Help {
    private static final String PROGRAM = """
            Outrigger is a sidecar resilience proxy for HTTP.

              outrigger run -c FILE       run the proxy
              outrigger check FILE        say what is wrong with a configuration
              outrigger config -c FILE    show a configuration with every default filled in
              outrigger explain -c FILE METHOD URL
                                          say which route takes a request, and what would happen, step by step
              outrigger diff OLD NEW      say what changes from one configuration to another, and what a reload keeps
              outrigger slo-rules -c FILE
                                          write Prometheus rules for what the routes promise
              outrigger schema            write the JSON Schema of configurations, for editors
              outrigger healthcheck       ask a running proxy whether it is ready: exits with 0 or 1
              outrigger demo              run the proxy between some traffic and a flaky upstream

              outrigger --version
              outrigger --help            this page; outrigger COMMAND --help: more about a command

            Exit codes: 0 fine; 1 the configuration has problems; 2 the command line asks for what cannot be done,
            or the file cannot be read; 3 an address cannot be bound, or the proxy cannot start.
            """;

    private static final String RUN = """
            outrigger run -c FILE

            Runs the proxy with the configuration in FILE. The log and one line for each failed exchange
            (logging.access: all for each) go to stdout, as JSON; nothing else does.

            SIGTERM or Ctrl-C drains: /ready fails, what comes is still served and connections are asked to close;
            once nothing has come for drain.quiet, or at drain.timeout, the process exits with 0. A second signal
            ends it at once.

              -c, --config FILE
            """;

    private static final String CHECK = """
            outrigger check FILE

            Reads the configuration in FILE (- for stdin) and writes all its problems to stderr, one a line:
            file, line, column, key, what is there and what is expected. Exits with 0 when there are none, else
            with 1; with 2 when the file cannot be read. Environment variables that the file names have to be set
            here as where it will run. What is allowed and cannot work as it was meant (attempts that take longer
            than the request may, a route that another one shadows) comes with the word warning, and changes no
            exit code.

              -c, --config FILE           the same
            """;

    private static final String CONFIG = """
            outrigger config -c FILE

            Writes the configuration in FILE (- for stdin) to stdout as it is in force: every default filled in,
            secrets as ***, what comes from the environment as the variable's name.

              -c, --config FILE
            """;

    private static final String EXPLAIN = """
            outrigger explain -c FILE METHOD URL

            Says which route of the configuration in FILE takes the request, why those before it do not, and what
            would happen then: each filter in order with its settings, the rewriting, the upstream. Sends nothing.
            The URL is the one that a client would ask for (http://payments/v1/charges), or its path; the listener
            is the one that it names by its address, else the first one. Exits with 0, also where no route takes it.

              -c, --config FILE           the configuration; - for stdin
              -H, --header 'name: value'  a header of the request; may come often
            """;

    private static final String SLO_RULES = """
            outrigger slo-rules -c FILE

            Writes a file of Prometheus rules to stdout, for the routes of the configuration in FILE (- for stdin)
            that have an slo: the share of bad requests over 5m to 3d, and alerts on how fast the error budget
            burns, of which two page and two are tickets. Check it with promtool check rules.

              -c, --config FILE           the configuration
              --selector MATCHERS         what only the sidecars with this configuration have in their metrics, such
                                          as 'job="checkout"', where others have routes of the same names
            """;

    private static final String SCHEMA = """
            outrigger schema

            Writes a JSON Schema (draft 2020-12) of configurations to stdout: every key with what it is for, its
            default and what its values look like. Editors complete and check with it while you type:

              outrigger schema > outrigger.schema.json
              and as the first line of the configuration: # yaml-language-server: $schema=outrigger.schema.json
            """;

    private static final String HEALTHCHECK = """
            outrigger healthcheck

            Asks a proxy that runs on this machine for /ready, and says in a line what it answers. Exits with 0 when
            it is ready, else with 1: for container engines, which ask by a command. It asks the telemetry or admin
            port of FILE, or without FILE those at 127.0.0.1:15102 and 127.0.0.1:15101, and waits 2 s at most.

              -c, --config FILE           the configuration that the proxy runs with
            """;

    private static final String DIFF = """
            outrigger diff OLD NEW

            Reads two configurations (- for stdin, once) and writes to stdout what a reload from OLD to NEW changes:
            listeners, routes, upstreams and stores that come, go, change or move, each value before and after, and
            which state goes on, starts fresh or ends. Exits with 0 whether or not they differ, with 1 when one has
            problems.
            """;

    private static final String DEMO = """
            outrigger demo

            Runs, in one process and on this machine only: the proxy, a service with two endpoints of which one has
            changing moods (slow, errors, resets, refusing connections), and a few requests a second through the
            proxy, with timeouts and retries and without. Says what happens and what to look at, until Ctrl-C.

              --port PORT                 of the proxy (15100; 0: any that is free)
              --admin-port PORT           of its admin pages (15101; 0: any that is free)
              --print-config              writes the configuration of the demo to stdout instead, to start from
            """;

    private Help() {}

    /** How a command is used; of the program as a whole for the empty name. */
    public static String of(String command) {
        return switch (command) {
            case "run" -> RUN;
            case "check" -> CHECK;
            case "config" -> CONFIG;
            case "explain" -> EXPLAIN;
            case "diff" -> DIFF;
            case "slo-rules" -> SLO_RULES;
            case "schema" -> SCHEMA;
            case "healthcheck" -> HEALTHCHECK;
            case "demo" -> DEMO;
            default -> PROGRAM;
        };
    }
}
