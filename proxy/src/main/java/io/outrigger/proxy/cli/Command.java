package io.outrigger.proxy.cli;

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

    /** Run the demonstration; a port of 0 leaves the choice to the system. */
    record Demo(int port, int adminPort) implements Command {}

    /** Show the configuration of the demonstration. */
    record DemoConfig() implements Command {}

    /** Show how a command is used; its name is empty for the program as a whole. */
    record Help(String command) implements Command {}

    record Version() implements Command {}
}
