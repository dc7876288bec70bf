package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./outrigger} finds its tools, builds what has changed and becomes the program. */
class LauncherTest {
    @TempDir
    Path folder;

    private LauncherHouse house;

    @BeforeEach
    void aHouseWithoutTools() throws IOException {
        house = new LauncherHouse(folder.toRealPath());
    }

    @Test
    void withoutANewJdkItSaysWhatItFoundAndWhatToInstall() throws Exception {
        var ended = house.jdk("17.0.15").run("--version");
        assertThat(ended.exit()).isEqualTo(3);
        assertThat(ended.err())
                .contains(
                        "no JDK 25 or newer was found", "jdk-17.0.15 is Java 17.0.15", "temurin-25-jdk", "brew", "sdk");
        assertThat(house.builds()).isZero();
    }

    @Test
    void anOldJdkBesideANewOneDoesNotMatter() throws Exception {
        assertThat(house.jdk("1.8.0_402").jdk("17.0.15").jdk("25.0.3").run().exit())
                .isZero();
    }

    @Test
    void withoutMavenItSaysWhatToInstall() throws Exception {
        var ended = house.jdk("25").withoutMaven().run("--version");
        assertThat(ended.exit()).isEqualTo(3);
        assertThat(ended.err()).contains("mvn is not on the PATH (expected: Maven 3.8.7 or newer)", "maven");
    }

    @Test
    void anOldMavenIsNamed() throws Exception {
        var ended = house.jdk("25").maven("3.6.3", "").run("--version");
        assertThat(ended.exit()).isEqualTo(3);
        assertThat(ended.err()).contains("mvn on the PATH is 3.6.3 (expected: 3.8.7 or newer)");
        assertThat(house.maven("3.10.0", "").run("--version").exit()).isZero();
    }

    @Test
    void handsFlagsAndArgumentsToTheProgramAsTheyAre() throws Exception {
        var ended = house.jdk("25").run("run", "-c", "my file.yaml");
        assertThat(ended.out().lines().skip(2))
                .satisfiesExactly(
                        flags -> assertThat(flags).startsWith("@").endsWith("/jvm.flags"),
                        option -> assertThat(option).isEqualTo("-cp"),
                        path -> assertThat(path).endsWith("/lib/*"),
                        main -> assertThat(main).isEqualTo("io.outrigger.proxy.Main"),
                        command -> assertThat(command).isEqualTo("run"),
                        option -> assertThat(option).isEqualTo("-c"),
                        file -> assertThat(file).isEqualTo("my file.yaml"));
    }

    @Test
    void theProgramIsTheProcessThatWasStarted() throws Exception {
        var process = house.jdk("25").start(house.launcher, house.root);
        assertThat(LauncherHouse.end(process).out()).startsWith("pid " + process.pid() + "\n");
    }

    @Test
    void worksThroughLinksAndStaysWhereItWasCalled() throws Exception {
        var elsewhere = Files.createDirectories(folder.toRealPath().resolve("elsewhere"));
        var link = Files.createSymbolicLink(elsewhere.resolve("link"), house.launcher);
        var second = Files.createSymbolicLink(elsewhere.resolve("second"), Path.of("link"));
        assertThat(link).exists();
        var ended = LauncherHouse.end(house.jdk("25").start(second, elsewhere));
        assertThat(ended.exit()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("in " + elsewhere + "\n");
    }

    @Test
    void buildsOnFirstUseAndThenOnlyWhatHasChanged() throws Exception {
        assertThat(house.jdk("25").run().err()).contains("building for the first time");
        assertThat(house.run().err()).isEmpty();
        assertThat(house.builds()).isEqualTo(1);
        house.edit("proxy/src/main/java/Main.java");
        assertThat(house.run().exit()).isZero();
        assertThat(house.builds()).isEqualTo(2);
    }

    @Test
    void itsOwnCommandsHaveHelpWithoutAnyTool() throws Exception {
        assertThat(house.run("build", "--help").out()).startsWith("./outrigger build\n");
        assertThat(house.run("test", "-h").out()).startsWith("./outrigger test [MODULE …]\n");
        assertThat(house.jdk("25").run("--help").out())
                .contains("\nio.outrigger.proxy.Main\n--help\n", "./outrigger build ", "OUTRIGGER_JAVA_OPTS");
        assertThat(house.run("test", "--version").out()).endsWith("\nio.outrigger.proxy.Main\n--version\n");
    }

    @Test
    void aProgramThatRunsKeepsItsJarsDuringTheNextBuild() throws Exception {
        var path = house.jdk("25")
                .run()
                .out()
                .lines()
                .filter(line -> line.endsWith("/lib/*"))
                .findFirst();
        house.edit("pom.xml");
        house.run();
        assertThat(Path.of(path.orElseThrow()).resolveSibling("outrigger.jar")).exists();
    }

    @Test
    void aBuildThatFailsIsToldAndNotRun() throws Exception {
        house.jdk("25").maven("3.8.7", "echo '[ERROR] Main.java:[1,1] no such thing'; exit 1");
        var ended = house.run();
        assertThat(ended.exit()).isEqualTo(3);
        assertThat(ended.err()).contains("Main.java:[1,1] no such thing", "the build failed: see ");
        assertThat(ended.out()).isEmpty();
        assertThat(house.maven("3.8.7", "").run().exit()).isZero();
    }

    @Test
    void ofTwoFirstUsesOneBuildsAndTheOtherWaits() throws Exception {
        house.jdk("25").maven("3.8.7", "read line <gate");
        assertThat(new ProcessBuilder("mkfifo", house.root.resolve("gate").toString())
                        .start()
                        .waitFor())
                .isZero();
        var first = house.start(house.launcher, house.root);
        assertThat(first.errorReader().readLine()).contains("building");
        var second = house.start(house.launcher, house.root);
        assertThat(second.errorReader().readLine()).contains("waiting for the build of process " + first.pid());
        Files.write(house.root.resolve("gate"), "open\n".getBytes(StandardCharsets.UTF_8));
        assertThat(LauncherHouse.end(second).exit()).isZero();
        assertThat(LauncherHouse.end(first).exit()).isZero();
        assertThat(house.builds()).isEqualTo(1);
    }

    @Test
    void aBuildThatWasKilledHoldsNobodyUp() throws Exception {
        var dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createDirectories(house.root.resolve("proxy/target/run"));
        Files.createSymbolicLink(house.root.resolve("proxy/target/run/lock"), Path.of("" + dead.pid()));
        assertThat(house.jdk("25").run().exit()).isZero();
    }
}
