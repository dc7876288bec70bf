package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.fixtures.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program of the image without an engine: assembled as the Dockerfile does it, on its own runtime, and run by the
 * Dockerfile's commands.
 */
class AssembledTest {
    @TempDir
    private static Path folder;

    private static Path home;
    private static Dockerfile dockerfile;

    @BeforeAll
    @Timeout(300)
    static void assemble() throws Exception {
        home = folder.toRealPath().resolve("opt");
        dockerfile = Dockerfile.read();
        Path script = Dockerfile.CHECKOUT.resolve("deploy/image/assemble");
        assertThat(dockerfile.lines())
                .contains("RUN deploy/image/assemble proxy/target/dist /opt/outrigger && cp LICENSE /opt/outrigger/");
        var build = new ProcessBuilder(
                script.toString(),
                Dockerfile.CHECKOUT.resolve("proxy/target/dist").toString(),
                home.toString());
        build.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var ended = LauncherHouse.end(build.start());
        assertThat(ended.exit()).as(ended.err()).isZero();
    }

    @Test
    void itServesFromItsCacheAndItsNativesWithNowhereToWrite() throws Exception {
        var before = files();
        var shown = new Authority("authority").issue("localhost");
        try (var upstream = ScriptedUpstream.echo("service");
                var program = run("-XX:AOTMode=on", """
                        listeners:
                          - {name: outbound, address: "127.0.0.1:0", upstream: service}
                          - name: secure
                            address: "127.0.0.1:0"
                            upstream: service
                            tls: {certFile: %s, keyFile: %s}
                        admin: {address: "127.0.0.1:0"}
                        upstreams: {service: {endpoints: ["localhost:%d"]}}
                        """.formatted(
                                shown.toTempCertChainPem(), shown.toTempPrivateKeyPem(), upstream.port()))) {
            assertThat(program.ask("GET /a HTTP/1.1", "host: a").text()).startsWith("service\nGET /a");
            assertThat(program.admin("/metrics").text()).contains("http_requests_total{", "process_open_fds");
            assertThat(program.awaitMessage("started ").path("message").asText())
                    .endsWith(" on epoll");
            assertThat(Files.readString(Path.of("/proc/" + program.pid() + "/maps")))
                    .contains(home + "/run.aot")
                    .contains(home + "/native/libnetty_transport_native_epoll")
                    .contains(home + "/native/libnetty_tcnative");
            assertThat(writtenBy(program.pid())).isEmpty();
            program.endsWell();
        }
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aCacheThatWouldNotBeTakenIsNoticed() throws Exception {
        Path config = Program.file("upstreams: {}");
        var ended = LauncherHouse.end(
                command(dockerfile.run(home, config), "-XX:AOTMode=on", "-XX:-UseCompactObjectHeaders")
                        .start());
        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.out() + ended.err()).contains("AOT cache");
    }

    @Test
    void theHealthcheckTellsWhetherItIsReady() throws Exception {
        try (var upstream = ScriptedUpstream.echo("service");
                var program = run("-Dnothing", config(upstream.port(), ""))) {
            Path config = Program.file("telemetry: {address: \"127.0.0.1:%d\"}".formatted(program.telemetryPort()));
            var check = command(dockerfile.healthcheck(home, config), "-Dnothing");
            var ended = LauncherHouse.end(check.start());
            assertThat(ended.err()).isEmpty();
            assertThat(ended.out()).isEqualTo("ready\n");
            assertThat(ended.exit()).isZero();
            program.endsWell();
            assertThat(LauncherHouse.end(check.start()).exit()).isEqualTo(1);
        }
    }

    @Test
    void itsRuntimeHasWhatStoresNeed() throws Exception {
        try (var upstream = ScriptedUpstream.echo("service");
                var redis = RedisServer.start();
                var program = run("-Dnothing", config(upstream.port(), """
                        stores: {shared: {redis: {uri: "%s"}}}
                        defaults: {idempotency: {store: shared}}
                        routes: [{name: all, match: {path: {prefix: /}}, upstream: service}]
                        """.formatted(redis.uri())))) {
            String[] request = {"POST /a HTTP/1.1", "host: a", "idempotency-key: k", "content-length: 0"};
            assertThat(program.ask(request).status()).isEqualTo(200);
            assertThat(program.ask(request).field("idempotent-replayed")).isEqualTo("true");
            assertThat(redis.say("DBSIZE")).isNotEqualTo(":0");
            program.endsWell();
        }
    }

    @Test
    void itsRuntimeHasWhatTheOtherCommandsNeed() throws Exception {
        Path config = Program.file(config(1, ""));
        for (var arguments : List.of(
                List.of("check", config.toString()),
                List.of("config", "-c", config.toString()),
                List.of("explain", "-c", config.toString(), "GET", "/a"),
                List.of("schema"),
                List.of("diff", config.toString(), config.toString()))) {
            List<String> line = new ArrayList<>(dockerfile.entrypoint(home));
            line.addAll(arguments);
            var ended = LauncherHouse.end(command(line, "-Dnothing").start());
            assertThat(ended.err()).isEmpty();
            assertThat(ended.exit()).as("%s", arguments).isZero();
        }
    }

    private static String config(int upstreamPort, String more) {
        return """
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: service}]
                admin: {address: "127.0.0.1:0"}
                telemetry: {address: "127.0.0.1:0"}
                upstreams: {service: {endpoints: ["127.0.0.1:%d"]}}
                """.formatted(upstreamPort) + more;
    }

    private static Program run(String flag, String yaml) throws Exception {
        return Program.runBy(command(dockerfile.run(home, Program.file(yaml)), flag));
    }

    /** A command of the Dockerfile with these flags for its JVM, and folders that nobody can write to. */
    private static ProcessBuilder command(List<String> words, String... flags) {
        List<String> line = new ArrayList<>(words);
        line.addAll(2, List.of(flags)); // behind java and the file of its flags
        line.add(2, "-Djava.io.tmpdir=/proc");
        var builder = new ProcessBuilder(line).directory(Path.of("/proc").toFile());
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        return builder;
    }

    /** What lies in the folder of the program, with the time when it was last changed. */
    private static Set<String> files() throws IOException {
        var found = new TreeSet<String>();
        try (var all = Files.walk(home)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                found.add(file + " " + Files.getLastModifiedTime(file));
            }
        }
        return found;
    }

    /** The files that the process has opened to write to. */
    private static List<String> writtenBy(long pid) throws IOException {
        List<String> found = new ArrayList<>();
        try (var open = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path one : open) {
                if (Files.isRegularFile(one) && isWritten(pid, one)) {
                    found.add(Files.readSymbolicLink(one).toString());
                }
            }
        }
        return found;
    }

    private static boolean isWritten(long pid, Path descriptor) throws IOException {
        var told = Files.readAllLines(Path.of("/proc/" + pid + "/fdinfo/" + descriptor.getFileName()));
        return (Integer.parseInt(told.get(1).replaceAll("\\D", ""), 8) & 3) != 0; // not O_RDONLY
    }
}
