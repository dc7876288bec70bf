package io.outrigger.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder with a copy of the launcher, a JDK and a Maven that only tell how they were called, and nothing else to be
 * found on the machine.
 */
final class LauncherHouse {
    private static final List<String> TOOLS =
            List.of("sh cat cp date find head ln mkdir mkfifo mv readlink rm rmdir sed sleep sort touch".split(" "));

    final Path root;
    final Path launcher;
    private final Path bin;
    private final Path jdks;

    /** What a call of the launcher ended with. */
    record Ended(int exit, String out, String err) {}

    LauncherHouse(Path folder) throws IOException {
        root = folder.resolve("a house");
        bin = Files.createDirectories(folder.resolve("bin"));
        jdks = Files.createDirectories(folder.resolve("jdks"));
        for (var tool : TOOLS) {
            Files.createSymbolicLink(bin.resolve(tool), onPath(tool));
        }
        launcher = script(
                root.resolve("outrigger"),
                Files.readString(Path.of(System.getProperty("outrigger.launcher")))
                        .replaceAll("(?<=[ \\n])/(usr|opt|Library)/", folder + "/nowhere/")
                        .replace(folder + "/nowhere/lib/jvm", jdks.toString()));
        for (var file : List.of("pom.xml", "config/pom.xml", "proxy/pom.xml", ".mvn/jvm.config")) {
            write(root.resolve(file), "");
        }
        write(root.resolve("proxy/src/main/java/Main.java"), "");
        maven("3.8.7", "");
    }

    /** Puts a JDK of this version where the launcher looks; it says how it was called. */
    LauncherHouse jdk(String version) {
        var jdk = jdks.resolve("jdk-" + version);
        write(jdk.resolve("release"), "IMPLEMENTOR=\"nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        script(jdk.resolve("bin/java"), "#!/bin/sh\necho \"pid $$\"\necho \"in $(pwd)\"\nprintf '%s\\n' \"$@\"\n");
        return this;
    }

    /** Puts a Maven on the PATH that notes each build, does what is given here, and leaves a program behind. */
    LauncherHouse maven(String version, String also) {
        script(bin.resolve("mvn"), """
                #!/bin/sh
                [ "$1" != -v ] || { echo "Apache Maven %s (x)"; exit 0; }
                echo built >>builds
                echo "[INFO] Building outrigger-proxy 1 [1/1]"
                %s
                mkdir -p proxy/target/dist/lib
                echo jar >proxy/target/dist/lib/outrigger.jar
                echo -Xmx48m >proxy/target/dist/jvm.flags
                """.formatted(version, also));
        return this;
    }

    LauncherHouse withoutMaven() throws IOException {
        Files.delete(bin.resolve("mvn"));
        return this;
    }

    long builds() throws IOException {
        var builds = root.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
    }

    /** Makes a file newer than everything that was built until now. */
    void edit(String file) throws IOException {
        Files.setLastModifiedTime(
                root.resolve(file), FileTime.from(Instant.now().plusSeconds(5)));
    }

    Process start(Path command, Path workingFolder, String... arguments) throws IOException {
        var line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(arguments));
        var builder = new ProcessBuilder(line).directory(workingFolder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("HOME", root.resolveSibling("home").toString());
        return builder.start();
    }

    Ended run(String... arguments) throws IOException, InterruptedException {
        return end(start(launcher, root, arguments));
    }

    static Ended end(Process process) throws IOException, InterruptedException {
        var out = read(process.getInputStream());
        var err = read(process.getErrorStream());
        return new Ended(process.waitFor(), out, err);
    }

    private static String read(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Path onPath(String tool) {
        return List.of(System.getenv("PATH").split(":")).stream()
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    static Path script(Path file, String text) {
        write(file, text);
        try {
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
