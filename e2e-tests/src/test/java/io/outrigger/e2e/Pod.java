package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A pod as the kubelet makes one, of containers that share a network: the sidecar first, the app when the sidecar says
 * at {@code /startup} that it has started; the app is told to end first, or both are at once. Confined to one thread.
 */
final class Pod implements AutoCloseable {
    static final int LISTENER = 15100;
    static final int TELEMETRY = 15102;
    private static final String JAVA = "/opt/outrigger/jre/bin/java";
    private static final int CONNECT_MILLIS = 1000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final String name = "pod-" + UUID.randomUUID();
    private final String image;

    private Pod(String image) {
        this.image = image;
    }

    /** One whose sidecar has this folder as its ConfigMap; its app has made its first call. */
    static Pod start(String image, Path configMap) throws IOException, InterruptedException {
        var pod = new Pod(image);
        try {
            pod.runApp("", "bridge", "hold");
            pod.runSidecar(configMap);
            pod.awaitStartup();
            pod.runApp("-app", "container:" + pod.name, "call", "" + LISTENER);
            pod.awaitLine("first ");
            return pod;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            pod.close();
            throw e;
        }
    }

    /** One that holds nothing but what others call. */
    static Pod serving(String image, int port) throws IOException, InterruptedException {
        var pod = new Pod(image);
        pod.runApp("", "bridge", "hold");
        pod.runApp("-app", "container:" + pod.name, "serve", "" + port);
        pod.awaitLine("serving");
        return pod;
    }

    private void runSidecar(Path configMap) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("run", "-d", "--name", name + "-sidecar"));
        line.addAll(List.of("--network", "container:" + name, "--no-healthcheck", "--memory", "128m"));
        line.addAll(List.of("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"));
        line.addAll(List.of("-v", configMap + ":/etc/outrigger:ro", image));
        Engine.docker(line.toArray(String[]::new));
    }

    private void runApp(String role, String network, String... arguments) throws IOException, InterruptedException {
        String classes =
                PodApp.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        List<String> line = new ArrayList<>(List.of("run", "-d", "--name", name + role, "--network", network));
        line.addAll(List.of("--no-healthcheck", "--user", "0:0", "-v", classes + ":/app:ro", "--entrypoint", JAVA));
        line.addAll(List.of(image, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", "/app"));
        line.add(PodApp.class.getName());
        line.addAll(List.of(arguments));
        Engine.docker(line.toArray(String[]::new));
    }

    /** As a startupProbe does. */
    private void awaitStartup() throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!started()) {
            assertThat(System.nanoTime())
                    .as("the sidecar starts: %s", sidecar())
                    .isLessThan(until);
        }
    }

    private boolean started() throws IOException, InterruptedException {
        try {
            return telemetry("/startup").status() == 200;
        } catch (ConnectException | SocketTimeoutException e) {
            return false;
        }
    }

    /** What its port for probes answers from outside of the pod. */
    Message telemetry(String path) throws IOException, InterruptedException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(address(), TELEMETRY), CONNECT_MILLIS);
        try (Wire wire = new Wire(socket)) {
            return wire.head("GET " + path + " HTTP/1.1", "host: pod", "connection: close")
                    .response();
        }
    }

    String address() throws IOException, InterruptedException {
        return Engine.docker("inspect", "-f", "{{.NetworkSettings.IPAddress}}", name);
    }

    private void awaitLine(String beginning) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (appLog().lines().noneMatch(line -> line.startsWith(beginning))) {
            assertThat(System.nanoTime()).as(beginning).isLessThan(until);
        }
    }

    String appLog() throws IOException, InterruptedException {
        return Engine.docker("logs", name + "-app");
    }

    /** As a sidecar of Kubernetes 1.29 and later ends: after the app. */
    void stopAppFirst() throws IOException, InterruptedException {
        Engine.docker("stop", "--time", "30", name + "-app");
        Engine.docker("stop", "--time", "30", name + "-sidecar");
    }

    /** As the containers of a pod end otherwise: all are told so, and here the sidecar hears it first. */
    void stopTogether() throws IOException, InterruptedException {
        Engine.docker("kill", "--signal", "TERM", name + "-sidecar");
        Engine.docker("stop", "--time", "30", name + "-app");
        Engine.docker("wait", name + "-sidecar");
    }

    /** What can be said of it, lazily. */
    private Object sidecar() {
        return new Object() {
            @Override
            public String toString() {
                try {
                    return Engine.docker("logs", name + "-sidecar");
                } catch (IOException | InterruptedException e) {
                    return e.toString();
                }
            }
        };
    }

    int sidecarExit() throws IOException, InterruptedException {
        return Integer.parseInt(Engine.docker("inspect", "-f", "{{.State.ExitCode}}", name + "-sidecar"));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        Engine.command("rm", "--force", name + "-app", name + "-sidecar", name)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
