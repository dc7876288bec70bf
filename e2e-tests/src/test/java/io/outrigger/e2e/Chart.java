package io.outrigger.e2e;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A Helm chart of this repository, rendered in this process: no cluster, no helm binary. Confined to one thread at a
 * time.
 */
final class Chart {
    static final Path ROOT = Dockerfile.CHECKOUT;
    static final Path OUTRIGGER = ROOT.resolve("helm/outrigger");
    static final String RELEASE = "shop";
    static final String NAMESPACE = "market";

    /** The least that a team has to say. */
    static final String PAYMENTS = """
            config:
              listeners: [{name: outbound, address: "127.0.0.1:15100", upstream: payments}]
              upstreams: {payments: {endpoints: ["payments:8080"]}}
            """;

    /** Where a team includes the sidecar: three lines, and one for the variable. */
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: app}
            spec:
              selector: {matchLabels: {app.kubernetes.io/instance: {{ .Release.Name }}}}
              template:
                metadata: {labels: {app.kubernetes.io/instance: {{ .Release.Name }}}}
                spec:
                  initContainers:
                    {{- include "outrigger.initContainers" . | nindent 8 }}
                  containers:
                    - name: app
                      image: app
                      env:
                        {{- include "outrigger.env" . | nindent 12 }}
                    {{- include "outrigger.containers" . | nindent 8 }}
                  volumes:
                    {{- include "outrigger.volumes" . | nindent 8 }}
            """;

    private final Path folder;

    private Chart(Path folder) {
        this.folder = folder;
    }

    /** The chart itself; what is a hook in it is an object like others, because rendering leaves hooks out. */
    static Chart outrigger() throws IOException {
        Path folder = Files.createTempDirectory("outrigger-chart");
        copy(OUTRIGGER, folder);
        return new Chart(folder);
    }

    /** The demo, with its dependency where `helm dependency build` would put it. */
    static Chart demo() throws IOException {
        Path folder = Files.createTempDirectory("outrigger-demo");
        copy(ROOT.resolve("helm/demo"), folder);
        copy(OUTRIGGER, folder.resolve("charts/outrigger"));
        return new Chart(folder);
    }

    /** A chart as a team has one, with the chart of the sidecar, and with this behind its Deployment. */
    static Chart ofATeam(String more) throws IOException {
        Path folder = Files.createTempDirectory("outrigger-team");
        Files.writeString(folder.resolve("Chart.yaml"), """
                apiVersion: v2
                name: team
                version: 0.1.0
                dependencies: [{name: outrigger, version: 0.1.0, repository: "file://../outrigger"}]
                """);
        Files.createDirectory(folder.resolve("templates"));
        Files.writeString(folder.resolve("templates/app.yaml"), DEPLOYMENT + more);
        copy(OUTRIGGER, folder.resolve("charts/outrigger"));
        return new Chart(folder);
    }

    Path folder() {
        return folder;
    }

    /** What `helm template` prints; its message as an exception when it refuses. */
    String render(String kubernetes, String values) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            try {
                Files.writeString(file, values);
                return new Helm(folder)
                        .template()
                        .withName(RELEASE)
                        .withNamespace(NAMESPACE)
                        .withKubeVersion(kubernetes)
                        .withValuesFile(file)
                        .call();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (file.getParent().endsWith("tests")) {
                    Files.writeString(target, Files.readString(file).replaceAll("(?m)^ *helm\\.sh/hook.*\n", ""));
                } else {
                    Files.copy(file, target);
                }
                target.toFile().deleteOnExit();
            }
        }
    }
}
