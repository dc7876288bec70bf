package io.outrigger.proxy.cli;

import java.util.List;
import java.util.Optional;

/** What was asked for on the command line. Immutable. */
public sealed interface Command {
    /** Run the proxy. */
    record Run(ConfigFile file) implements Command {}

    /** Say what is wrong with a configuration, or might be. */
    record Check(ConfigFile file) implements Command {}

    /** Show a configuration with every default filled in. */
    record Show(ConfigFile file) implements Command {}

    /** Say what changes from one configuration to another. */
    record Diff(ConfigFile before, ConfigFile after) implements Command {}

    /** Show the Prometheus rules for what the routes promise; the selector may be empty. */
    record SloRules(ConfigFile file, String selector) implements Command {}

    /** Show the JSON Schema of configurations. */
    record Schema() implements Command {}

    /** Say which route takes a request, and what would happen then; headers are as they are sent. */
    record Explain(ConfigFile file, String method, String url, List<String> headers) implements Command {}

    /** Ask a running proxy whether it is ready; without a file at the usual addresses. */
    record Healthcheck(Optional<ConfigFile> file) implements Command {}

    /** Run the demonstration; a port of 0 leaves the choice to the system. */
    record Demo(int port, int adminPort) implements Command {}

    /** Show the configuration of the demonstration. */
    record DemoConfig() implements Command {}

    /** Show how a command is used; its name is empty for the program as a whole. */
    record Help(String command) implements Command {}

    record Version() implements Command {}
}
