package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The services of deploy/compose work together, and Prometheus sees the sidecar. */
class ComposeTest {
    private static final Path FOLDER = Dockerfile.CHECKOUT.resolve("deploy/compose");
    private static final Pattern MOUNT = Pattern.compile("(?m)^ +- (\\./[^:]+):/");
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    private Path elsewhere;

    private final String project = "outrigger-" + UUID.randomUUID();

    @Test
    void whatItMountsIsThereAndItsConfigurationIsRight() throws Exception {
        var mounted = MOUNT.matcher(Files.readString(FOLDER.resolve("compose.yaml")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(mounted).contains("./outrigger", "./app.py", "./payments.py", "./prometheus.yml");
        assertThat(mounted).allSatisfy(one -> assertThat(FOLDER.resolve(one)).exists());
        Path folder = FOLDER.resolve("outrigger");
        String config = Files.readString(folder.resolve("outrigger.yaml"));
        assertThat(config).contains("/etc/outrigger/token");
        Path here =
                Files.writeString(elsewhere.resolve("outrigger.yaml"), config.replace("/etc/outrigger/", folder + "/"));
        var program = Program.start("check", here.toString());
        assertThat(program.awaitExit()).isZero();
        assertThat(program.err().all()).isEmpty();
    }

    @Test
    @Timeout(900)
    void theAppIsServedAndPrometheusSeesIt() throws Exception {
        Engine.orSkip();
        List<String> compose = compose();
        var up = LauncherHouse.end(
                command(compose, "up", "-d", "--no-build", "app", "prometheus").start());
        try {
            if (up.exit() != 0) {
                Engine.lacks("the container engine cannot bring up deploy/compose: " + up.err());
            }
            assertThat(up.exit()).as(up.err()).isZero();
            String charges = "sum(http_requests_total{service=\"checkout\",route=\"charge\",status=\"200\"})";
            assertThat(awaitValue(compose, charges)).isPositive();
            assertThat(awaitValue(compose, "up{job=\"outrigger\"}")).isEqualTo(1);
            everyOpenPanelShowsSomething(compose);
            assertThat(LauncherHouse.end(
                                    command(compose, "stop", "--timeout", "30").start())
                            .exit())
                    .isZero();
            for (var service : List.of("app", "outrigger")) {
                assertThat(Engine.docker("inspect", "-f", "{{.State.ExitCode}}", container(compose, service)))
                        .isEqualTo("0");
            }
        } finally {
            LauncherHouse.end(
                    command(compose, "down", "--volumes", "--timeout", "1").start());
        }
    }

    private void everyOpenPanelShowsSomething(List<String> compose) throws IOException, InterruptedException {
        for (JsonNode dashboard : Dashboards.all()) {
            for (JsonNode panel : dashboard.path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    awaitValue(compose, "count(" + Dashboards.filled(target, dashboard, "30s") + ")");
                }
            }
        }
    }

    /** The command of the engine, or that of Compose's first version. */
    private List<String> compose() throws IOException, InterruptedException {
        for (var one : List.of(List.of("docker", "compose"), List.of("docker-compose"))) {
            try {
                List<String> version = new ArrayList<>(one);
                version.add("version");
                if (LauncherHouse.end(new ProcessBuilder(version).start()).exit() == 0) {
                    return one;
                }
            } catch (IOException e) {
                // it is not installed
            }
        }
        Engine.lacks("the container engine has no Compose");
        return List.of();
    }

    private ProcessBuilder command(List<String> compose, String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(compose);
        line.addAll(List.of("-p", project, "-f", FOLDER.resolve("compose.yaml").toString()));
        line.addAll(List.of(arguments));
        var builder = new ProcessBuilder(line);
        builder.environment().put("OUTRIGGER_IMAGE", Engine.image());
        for (var port : List.of("ADMIN_PORT", "TELEMETRY_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT")) {
            builder.environment().put(port, "0");
        }
        return builder;
    }

    /** What Prometheus answers to a query, once it is more than nothing. */
    private double awaitValue(List<String> compose, String query) throws IOException, InterruptedException {
        var bound =
                LauncherHouse.end(command(compose, "port", "prometheus", "9090").start());
        int port = Integer.parseInt(bound.out().strip().replaceFirst(".*:", ""));
        String path = "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            double value = value(port, path);
            if (value > 0) {
                return value;
            }
            assertThat(System.nanoTime()).as(query).isLessThan(until);
        }
    }

    private static double value(int port, String path) throws IOException {
        try (Wire wire = new Wire(new Socket(InetAddress.getLoopbackAddress(), port))) {
            Message answer = wire.head("GET " + path + " HTTP/1.1", "host: localhost", "connection: close")
                    .response();
            JsonNode result = Program.json(answer.text()).path("data").path("result");
            return result.isEmpty() ? 0 : result.get(0).path("value").get(1).asDouble();
        } catch (IOException e) {
            return 0; // it starts
        }
    }

    private String container(List<String> compose, String service) throws IOException, InterruptedException {
        return LauncherHouse.end(command(compose, "ps", "-a", "-q", service).start())
                .out()
                .strip();
    }
}
