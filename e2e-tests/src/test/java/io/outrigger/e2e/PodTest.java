package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the chart renders works as a pod would run it: the program with the arguments of the container, the ConfigMap
 * behind its links, the kubelet's questions, the calls that the notes tell people to make. Only the ports are others.
 */
class PodTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String NOTES = """
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: notes}
            data:
              notes: |
                {{- include "outrigger.notes" . | nindent 4 }}
            """;

    private static ScriptedUpstream upstream;
    private static Chart chart;
    private static Manifests manifests;
    private static Program program;
    private static final Semaphore arrived = new Semaphore(0);
    private static final Semaphore mayAnswer = new Semaphore(0);

    @BeforeAll
    static void start() throws Exception {
        upstream = ScriptedUpstream.answering(PodTest::answer);
        chart = Chart.ofATeam(NOTES);
        manifests = rendered("/charges");
        program = launched(new ConfigMap(withFreePorts(manifests.configuration())));
    }

    private static String answer(Message request) {
        if (request.target().endsWith("/slow")) {
            arrived.release();
            mayAnswer.acquireUninterruptibly();
        }
        return ScriptedUpstream.ok(request.first());
    }

    /** The program with the arguments of the container, which find their file in this volume. */
    private static Program launched(ConfigMap map) throws Exception {
        Program started = Program.start(sidecar().getArgs().stream()
                .map(argument -> argument.replace(
                        "/etc/outrigger/outrigger.yaml", map.file().toString()))
                .toArray(String[]::new));
        started.awaitMessage("started ");
        return started;
    }

    @AfterAll
    static void end() throws Exception {
        program.close();
        upstream.close();
    }

    private static Manifests rendered(String rewritten) {
        return Manifests.of(chart.render("1.33.0", """
                outrigger:
                  config:
                    upstreams: {payments: {endpoints: ["127.0.0.1:%d"]}}
                    routes:
                      - name: charge
                        match: {hosts: ["*.payments"], path: {prefix: /v1/charges}, methods: [POST]}
                        upstream: payments
                        rewrite: {prefix: %s}
                """.formatted(upstream.port(), rewritten)));
    }

    /** The same on ports that are free, on loopback. */
    private static String withFreePorts(String configuration) {
        return configuration.replaceAll("(?:0\\.0\\.0\\.0|127\\.0\\.0\\.1):1510[0-2]", "127.0.0.1:0");
    }

    private static Container sidecar() {
        return manifests
                .one(Deployment.class, "app")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getInitContainers()
                .getFirst();
    }

    private static List<String> notes() {
        return manifests
                .one(io.fabric8.kubernetes.api.model.ConfigMap.class, "notes")
                .getData()
                .get("notes")
                .lines()
                .toList();
    }

    /** What a line of the notes prints when it is pasted, but for the ports. */
    private static String paste(Program pod, String beginning) throws Exception {
        String line = notes().stream()
                .map(String::strip)
                .filter(one -> one.startsWith(beginning))
                .findFirst()
                .orElseThrow();
        String here = line.replace(":15100", ":" + pod.port())
                .replace(":15101", ":" + pod.adminPort())
                .replace(":15102", ":" + pod.telemetryPort());
        assertThat(here).as("has a port of the pod").isNotEqualTo(line);
        Process shell = new ProcessBuilder("sh", "-c", here)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(here).isZero();
        return printed;
    }

    private static Message ask(Program pod, HTTPGetAction probe) throws Exception {
        assertThat(probe.getPort().getIntVal()).isEqualTo(15102); // the one that telemetryPort() stands for
        return Program.ask(pod.telemetryPort(), "GET " + probe.getPath() + " HTTP/1.1", "host: 10.0.0.7:15102");
    }

    @Test
    void theKubeletsQuestionsAreAnswered() throws Exception {
        var container = sidecar();
        for (var probe : Stream.of(
                        container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())
                .toList()) {
            assertThat(ask(program, probe.getHttpGet()).status())
                    .as(probe.getHttpGet().getPath())
                    .isEqualTo(200);
            assertThat(probe.getTimeoutSeconds())
                    .as("longer than /healthz waits")
                    .isGreaterThanOrEqualTo(2);
        }
        assertThat(manifests.configuration()).contains("address: 0.0.0.0:15102");
    }

    @Test
    void theNotesSayWhatWorks() throws Exception {
        assertThat(paste(program, "curl -i")).startsWith("HTTP/1.1 200").endsWith("POST /charges HTTP/1.1");
        assertThat(paste(program, "curl -s")).contains("http_requests_total{", "service=\"shop\"");
        var variable = manifests
                .one(Deployment.class, "app")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getEnv()
                .getFirst();
        assertThat(notes())
                .contains("  " + variable.getName() + "=" + variable.getValue())
                .anyMatch(line -> line.contains("as a native sidecar"))
                .anyMatch(line -> line.contains("--namespace market port-forward \"$pod\" 15100 15101 15102"));
    }

    @Test
    void theTestOfTheReleaseAsksByItsService() throws Exception {
        var test = Manifests.of(Chart.outrigger().render("1.33.0", Chart.PAYMENTS));
        String ask = test.one(io.fabric8.kubernetes.api.model.ConfigMap.class, "shop-outrigger-test")
                .getData()
                .get("ask.yaml");
        assertThat(ask).contains("shop-outrigger.market.svc:15102");
        String here = ask.replace("shop-outrigger.market.svc:15102", "localhost:" + program.telemetryPort());
        try (var asking = Program.start("healthcheck", "-c", Program.file(here).toString())) {
            assertThat(asking.awaitExit()).as("%s", asking.err().all()).isZero();
        }
    }

    @Test
    void anotherConfigMapIsTakenOverWhileItRuns() throws Exception {
        var map = new ConfigMap(withFreePorts(manifests.configuration()));
        try (var pod = launched(map)) {
            map.publish(withFreePorts(rendered("/v2").configuration()));
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (!paste(pod, "curl -i").endsWith("POST /v2 HTTP/1.1")) {
                assertThat(System.nanoTime()).as("the change arrives").isLessThan(until);
            }
        }
    }

    @Test
    void theEndFitsIntoTheGracePeriodAndFinishesWhatIsInFlight() throws Exception {
        try (var pod = launched(new ConfigMap(withFreePorts(manifests.configuration())));
                var call = Wire.to(pod.port())) {
            call.head("POST /v1/charges/slow HTTP/1.1", "host: any.payments", "content-length: 0");
            assertThat(arrived.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            long told = System.nanoTime();
            pod.terminate();
            while (ask(pod, sidecar().getReadinessProbe().getHttpGet()).status() != 503) {
                assertThat(System.nanoTime() - told).as("says that it drains").isLessThan(PATIENCE.toNanos());
            }
            assertThat(ask(pod, sidecar().getLivenessProbe().getHttpGet()).status())
                    .as("the kubelet does not start again what drains")
                    .isEqualTo(200);
            mayAnswer.release();
            assertThat(call.response().status()).isEqualTo(200);
            assertThat(pod.awaitExit()).isZero();
            assertThat(pod.err().all()).isEmpty();
            long grace = 30; // of Kubernetes, and of the chart's values
            assertThat(System.nanoTime() - told)
                    .isLessThan(Duration.ofSeconds(grace).toNanos());
        }
    }
}
