package io.outrigger.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The commands that the Dockerfile of this checkout gives to the engine. Immutable. */
final class Dockerfile {
    static final Path CHECKOUT = Path.of(System.getProperty("outrigger.launcher"))
            .toAbsolutePath()
            .normalize()
            .getParent();
    private static final String HOME = "/opt/outrigger";
    private static final String CONFIG = "/etc/outrigger/outrigger.yaml";

    private final List<String> lines;

    private Dockerfile(List<String> lines) {
        this.lines = lines;
    }

    static Dockerfile read() throws IOException {
        return new Dockerfile(Files.readAllLines(CHECKOUT.resolve("Dockerfile")));
    }

    List<String> lines() {
        return lines;
    }

    /** What the image runs, with the program in this folder and this file as its configuration. */
    List<String> run(Path home, Path config) throws IOException {
        List<String> command = new ArrayList<>(entrypoint(home));
        command.addAll(words("CMD ", home, config));
        return command;
    }

    /** What stands before the arguments of {@code docker run}. */
    List<String> entrypoint(Path home) throws IOException {
        return words("ENTRYPOINT ", home, Path.of(CONFIG));
    }

    List<String> healthcheck(Path home, Path config) throws IOException {
        return words("    CMD ", home, config);
    }

    private List<String> words(String instruction, Path home, Path config) throws JsonProcessingException {
        String line = lines.stream()
                .filter(one -> one.startsWith(instruction))
                .findFirst()
                .orElseThrow();
        String[] words = Program.JSON.readValue(line.substring(instruction.length()), String[].class);
        List<String> there = new ArrayList<>();
        for (String word : words) {
            there.add(word.replace(HOME, home.toString()).replace(CONFIG, config.toString()));
        }
        return there;
    }
}
