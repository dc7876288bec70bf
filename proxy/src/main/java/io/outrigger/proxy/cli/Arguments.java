package io.outrigger.proxy.cli;

import io.outrigger.config.key.Similar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What follows a command: options with a value, options without, and words. Confined to the thread that starts the program. */
final class Arguments {
    private static final List<String> HELP = List.of("--help", "-h");
    private static final String VERSION = "--version";
    private static final List<String> REPEATED = List.of("--header", "-H");

    private final String command;
    private final Map<String, String> values = new HashMap<>(); // of flags: empty
    private final List<String> repeated = new ArrayList<>(); // values of the one option that may come often
    private final List<String> words = new ArrayList<>();
    private final boolean help;
    private final boolean version;

    /** @param valued options that take a value, as the next argument or behind {@code =} */
    Arguments(String command, List<String> valued, List<String> flags, List<String> given) throws UsageException {
        this.command = command;
        this.help = given.stream().anyMatch(HELP::contains);
        this.version = given.contains(VERSION);
        for (int i = 0; i < given.size() && !help && !version; i++) {
            String argument = given.get(i);
            int equals = argument.indexOf('=');
            String name = argument.startsWith("--") && equals > 0 ? argument.substring(0, equals) : argument;
            if (!argument.startsWith("-") || argument.equals("-")) {
                words.add(argument);
            } else if (flags.contains(argument)) {
                put(argument, "");
            } else if (!valued.contains(name)) {
                throw new UsageException(unknown(argument, valued, flags));
            } else if (name.length() < argument.length()) {
                put(name, argument.substring(equals + 1));
            } else if (i + 1 < given.size()) {
                put(name, given.get(++i));
            } else {
                throw wrong(name + ": no value");
            }
        }
    }

    /** Whether help was asked for; then nothing else was looked at. */
    boolean help() {
        return help;
    }

    /** Whether the version was asked for; then nothing else was looked at. */
    boolean version() {
        return version;
    }

    boolean has(String flag) {
        return values.containsKey(flag);
    }

    void noWords() throws UsageException {
        if (!words.isEmpty()) {
            throw wrong(words.getFirst() + ": unexpected");
        }
    }

    /** All words, of which there have to be as many as these say what they are. */
    List<String> words(String... names) throws UsageException {
        if (words.size() > names.length) {
            throw wrong(words.get(names.length) + ": unexpected");
        }
        if (words.size() < names.length) {
            throw wrong("no " + names[words.size()] + " (expected: " + String.join(" ", names) + ")");
        }
        return List.copyOf(words);
    }

    /** The one word, or the value of one of two spellings of an option. */
    String fileOr(String option, String shorter) throws UsageException {
        List<String> files = Stream.concat(
                        words.stream(),
                        Stream.of(option, shorter).filter(this::has).map(values::get))
                .toList();
        if (files.isEmpty() || files.getFirst().isEmpty()) {
            throw wrong("no file (expected: one)");
        }
        if (files.size() > 1) {
            throw wrong("files " + String.join(" and ", files) + " (expected: one)");
        }
        return files.getFirst();
    }

    int port(String option, int otherwise) throws UsageException {
        String text = values.get(option);
        if (text == null) {
            return otherwise;
        }
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw wrong(option + ": " + text + " (expected: 0 to 65535)");
    }

    /** Of the option that may come often, in order. */
    List<String> repeated() {
        return List.copyOf(repeated);
    }

    /** Empty when neither spelling is given. */
    Optional<String> value(String option, String shorter) throws UsageException {
        if (has(option) && has(shorter)) {
            throw wrong(shorter + ": given twice");
        }
        return Optional.ofNullable(values.getOrDefault(option, values.get(shorter)));
    }

    private void put(String name, String value) throws UsageException {
        if (REPEATED.contains(name)) {
            repeated.add(value);
            return;
        }
        if (values.put(name, value) != null) {
            throw wrong(name + ": given twice");
        }
    }

    private String unknown(String argument, List<String> valued, List<String> flags) {
        List<String> known =
                Stream.of(valued, flags, HELP).flatMap(List::stream).toList();
        String guess = Similar.to(argument, known)
                .map(name -> " (did you mean " + name + "?)")
                .orElse("");
        return command + ": " + argument + ": unknown option" + guess + CommandLine.seeHelp(command);
    }

    private UsageException wrong(String what) {
        return new UsageException(command + ": " + what + CommandLine.seeHelp(command));
    }
}
