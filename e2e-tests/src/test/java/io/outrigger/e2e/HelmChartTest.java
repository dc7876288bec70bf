package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** A team puts Outrigger beside its app with three lines, whatever Kubernetes it has. */
class HelmChartTest {
    private static final String OLD = "1.28.0";
    private static final String FIRST_WITH_SIDECARS = "1.29.0";
    private static final String NEW = "1.33.1";

    private static final String EVERYTHING = """
            podSelector: {app.kubernetes.io/name: demo-app}
            podMonitor: {enabled: true, labels: {release: stack}}
            serviceMonitor: {enabled: true}
            prometheusRule: {enabled: true, labels: {release: stack}}
            dashboards: {enabled: true, annotations: {grafana_folder: Outrigger}}
            networkPolicy:
              enabled: true
              appPorts: [8080]
              telemetryFrom: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
            env: [{name: TENANT, value: acme}]
            envFrom: [{secretRef: {name: keys}}]
            volumes: [{name: certificates, secret: {secretName: payments-client}}]
            volumeMounts: [{name: certificates, mountPath: /etc/certificates, readOnly: true}]
            """;

    /** The values of the sidecar where a chart depends on it. */
    private static String under(String values) {
        return "outrigger:\n" + values.indent(2);
    }

    private static Container sidecar(PodSpec pod) {
        return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                .filter(one -> one.getName().equals("outrigger"))
                .findFirst()
                .orElseThrow();
    }

    private static Manifests demo(String kubernetes, String values) throws Exception {
        return Manifests.of(Chart.demo().render(kubernetes, values));
    }

    private static PodSpec app(Manifests manifests) {
        return manifests
                .one(Deployment.class, Chart.RELEASE + "-app")
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    // ---- form

    @Test
    void chartsAreLintedStrictly() throws Exception {
        assertThat(Files.readString(Chart.OUTRIGGER.resolve("templates/tests/ready.yaml")))
                .as("the pod of helm test is a hook")
                .contains("helm.sh/hook: test");
        for (Path chart : List.of(Chart.OUTRIGGER, Chart.demo().folder())) {
            var result = new Helm(chart).lint().strict().call();
            assertThat(result.isFailed())
                    .as("%s: %s", chart, result.getMessages())
                    .isFalse();
            assertThat(result.getMessages()).noneMatch(line -> line.contains("[WARNING]") || line.contains("[ERROR]"));
        }
    }

    @Test
    void theStrictReaderRefusesWhatAnApiServerWould() {
        String service = "apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {b: %s}}\nspec: {%s}\n";
        assertThat(Manifests.of(service.formatted("c", "clusterIP: None")).all())
                .hasSize(1);
        assertThatThrownBy(() -> Manifests.of(service.formatted("c", "clusterIp: None")))
                .hasMessageContaining("clusterIp");
        assertThatThrownBy(() -> Manifests.of(service.formatted("7", "clusterIP: None")))
                .hasMessageContaining("coerce");
        assertThatThrownBy(() -> Manifests.of(service.formatted("c", "clusterIP: None, clusterIP: None")))
                .hasMessageContaining("duplicate key");
    }

    @ParameterizedTest
    @ValueSource(strings = {OLD, FIRST_WITH_SIDECARS, NEW})
    void everyManifestIsWhatItsTypeSays(String kubernetes) throws Exception {
        var alone = Manifests.of(Chart.outrigger().render(kubernetes, Chart.PAYMENTS + EVERYTHING));
        assertThat(alone.all())
                .extracting(one -> one.getKind())
                .contains("ConfigMap", "Service", "Pod", "NetworkPolicy", "PodMonitor", "ServiceMonitor");
        var demo = demo(kubernetes, under(EVERYTHING));
        assertThat(demo.all(Deployment.class)).hasSize(2);
        for (Manifests manifests : List.of(alone, demo)) {
            assertThat(manifests.all())
                    .extracting(one -> one.getKind() + "/" + one.getMetadata().getName())
                    .doesNotHaveDuplicates();
            manifests.pods().forEach(HelmChartTest::assertRestricted);
            manifests.pods().forEach(HelmChartTest::assertMountsItsVolumes);
        }
    }

    /** The restricted level of the Pod Security Standards, and a root that cannot be written. */
    private static void assertRestricted(PodSpec pod) {
        assertThat(pod.getHostNetwork()).isNull();
        Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                .forEach(container -> {
                    var security = container.getSecurityContext();
                    assertThat(security).as(container.getName()).isNotNull();
                    assertThat(security.getRunAsNonRoot()).isTrue();
                    assertThat(security.getRunAsUser()).isPositive();
                    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
                    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
                    assertThat(security.getPrivileged()).isNull();
                    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
                    assertThat(security.getCapabilities().getAdd()).isEmpty();
                    assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
                    assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
                    assertThat(container.getResources().getLimits()).containsKey("memory");
                });
    }

    private static void assertMountsItsVolumes(PodSpec pod) {
        assertThat(pod.getVolumes())
                .extracting(Volume::getName)
                .doesNotHaveDuplicates()
                .containsAll(Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                        .flatMap(one -> one.getVolumeMounts().stream())
                        .map(VolumeMount::getName)
                        .toList());
    }

    // ---- the sidecar

    @ParameterizedTest
    @CsvSource({OLD + ", false", FIRST_WITH_SIDECARS + ", true", "1.29.0-gke.1, true", NEW + ", true"})
    void itIsANativeSidecarWhereKubernetesHasThem(String kubernetes, boolean isNative) throws Exception {
        assertThat(isNative(app(demo(kubernetes, "")))).isEqualTo(isNative);
    }

    @Test
    void orAsTheTeamSays() throws Exception {
        assertThat(isNative(app(demo(NEW, under("nativeSidecar: false"))))).isFalse();
        assertThat(isNative(app(demo(OLD, under("nativeSidecar: true"))))).isTrue();
    }

    private static boolean isNative(PodSpec pod) {
        var sidecar = sidecar(pod);
        boolean init = pod.getInitContainers().contains(sidecar);
        assertThat(pod.getInitContainers().size() + pod.getContainers().size()).isEqualTo(2);
        assertThat(sidecar.getRestartPolicy()).isEqualTo(init ? "Always" : null);
        return init;
    }

    /** The app starts when the startup probe of what stands before it has passed, or has begun. */
    @Test
    void itComesBeforeTheApp() throws Exception {
        assertThat(sidecar(app(demo(NEW, ""))).getStartupProbe().getHttpGet().getPath())
                .isEqualTo("/startup");
        assertThat(app(demo(OLD, "")).getContainers())
                .extracting(Container::getName)
                .containsExactly("outrigger", "app");
    }

    @Test
    void threeLinesAreEnough() throws Exception {
        Chart team = Chart.ofATeam("");
        for (String kubernetes : List.of(OLD, NEW)) {
            var manifests = Manifests.of(team.render(kubernetes, under(Chart.PAYMENTS)));
            var pod = manifests
                    .one(Deployment.class, "app")
                    .getSpec()
                    .getTemplate()
                    .getSpec();
            assertThat(sidecar(pod).getArgs()).containsExactly("run", "-c", "/etc/outrigger/outrigger.yaml");
            assertMountsItsVolumes(pod);
        }
        var without = Manifests.of(team.render(NEW, under("enabled: false")));
        assertThat(without.all()).hasSize(1);
        assertThat(without.pods().getFirst().getContainers()).hasSize(1);
        assertThat(without.pods().getFirst().getVolumes()).isEmpty();
    }

    @Test
    void theFolderIsMountedSoThatChangesArrive() throws Exception {
        var manifests = demo(NEW, "");
        var pod = app(manifests);
        var mount = sidecar(pod).getVolumeMounts().getFirst();
        assertThat(mount.getSubPath()).isNull();
        var volume = pod.getVolumes().stream()
                .filter(one -> one.getName().equals(mount.getName()))
                .findFirst()
                .orElseThrow();
        var map = manifests.one(ConfigMap.class, volume.getConfigMap().getName());
        assertThat(map.getImmutable()).isNull();
        assertThat(Path.of(
                        mount.getMountPath(), map.getData().keySet().iterator().next()))
                .isEqualTo(Path.of(sidecar(pod).getArgs().getLast()));

        var changed = demo(NEW, under("config: {drain: {quiet: 2s}, logging: {access: all}}"));
        assertThat(changed.configuration()).isNotEqualTo(manifests.configuration());
        assertThat(changed.one(Deployment.class, "shop-app"))
                .as("no pod starts again for a change of the configuration")
                .isEqualTo(manifests.one(Deployment.class, "shop-app"));
    }

    @Test
    void theAppKnowsTheUrlByAVariable() throws Exception {
        var app = app(demo(NEW, under("""
                config:
                  listeners:
                    - {name: outbound, address: "127.0.0.1:15100"}
                    - {name: ledger.v2, address: "[::]:15200", upstream: podinfo, tls: {certFile: /c, keyFile: /k}}
                    - {name: local, address: "unix:/run/outrigger/out.sock", upstream: podinfo}
                """))).getContainers().getFirst();
        assertThat(app.getEnv())
                .extracting(EnvVar::getName, EnvVar::getValue)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("OUTRIGGER_URL", "http://127.0.0.1:15100"),
                        org.assertj.core.groups.Tuple.tuple("OUTRIGGER_URL_LEDGER_V2", "https://[::1]:15200"),
                        org.assertj.core.groups.Tuple.tuple("OUTRIGGER_URL_LOCAL", "unix:/run/outrigger/out.sock"));
    }

    @Test
    void theImageIsOfTheVersionOfTheChart() throws Exception {
        Map<String, Object> chart = new Yaml().load(Files.readString(Chart.OUTRIGGER.resolve("Chart.yaml")));
        assertThat(sidecar(app(demo(NEW, ""))).getImage()).isEqualTo("outrigger:" + chart.get("appVersion"));
        assertThat(Files.readString(Chart.ROOT.resolve("pom.xml")))
                .containsPattern("<version>" + chart.get("appVersion") + "(-SNAPSHOT)?</version>");
        String digest = "sha256:" + "0a".repeat(32);
        assertThat(sidecar(app(demo(NEW, under("image: {repository: r.example/o, digest: '" + digest + "'}"))))
                        .getImage())
                .isEqualTo("r.example/o@" + digest);
    }

    /** With the command of the Dockerfile, at its paths, as its user: what it has prepared fits only these. */
    @Test
    void theImageIsRunAsItWasMade() throws Exception {
        var sidecar = sidecar(app(demo(NEW, "")));
        assertThat(sidecar.getCommand()).as("the image's own").isEmpty();
        var security = sidecar.getSecurityContext();
        assertThat(Dockerfile.read().lines())
                .contains("USER " + security.getRunAsUser() + ":" + security.getRunAsGroup())
                .contains("CMD "
                        + Program.JSON.writeValueAsString(sidecar.getArgs()).replace(",", ", "));
    }

    // ---- the configuration

    @ParameterizedTest
    @ValueSource(strings = {OLD, NEW})
    void theProgramFindsNothingWrongWithWhatIsRendered(String kubernetes) throws Exception {
        check(demo(kubernetes, "").configuration());
    }

    @Test
    void valuesArriveAsTheyWereMeant() throws Exception {
        String configuration = Manifests.of(Chart.outrigger().render(NEW, """
                        config:
                          service: "007"
                          admin: null
                          listeners:
                            - {name: outbound, address: "127.0.0.1:15100", upstream: payments, limits: {connections: 1000000}}
                          stores: {shared: {redis: {uri: "redis://${REDIS:-redis}:6379"}}}
                          upstreams: {payments: {endpoints: ["payments:8080"], tls: {minVersion: 1.2}}}
                          defaults: {retry: {on: [notSent]}}
                          routes:
                            - name: "on"
                              match: {headers: {x-debug: "yes", x-age: "1e3"}, path: {regex: '/a\\d+'}}
                              upstream: payments
                              retry: off
                              fallback: {on: [failure], rungs: [{respond: {status: 200, body: "on: 1\\n"}}]}
                              idempotency: {maxBody: 1MiB, keepFor: 24h, store: shared}
                        """)).configuration();
        check(configuration);
        Map<String, Object> read = new Yaml().load(configuration);
        assertThat(read).containsEntry("service", "007").doesNotContainKey("admin");
        assertThat(read.get("routes").toString())
                .contains("x-debug=yes", "x-age=1e3", "regex=/a\\d+", "retry=false", "body=on: 1\n");
        assertThat(configuration)
                .contains("connections: 1000000", "\"on\":", "minVersion: 1.2")
                .doesNotContain("true:");
    }

    private static void check(String configuration) throws Exception {
        Path file = Program.file(configuration);
        try (var program = Program.start("check", file.toString())) {
            assertThat(program.awaitExit()).as("%s", program.err().all()).isZero();
            assertThat(program.err().all())
                    .as("warnings about\n%s", configuration)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        // Kubernetes, grace, its own drain, minimum, timeout
        NEW + ", 30, '', 0s, 25s",
        NEW + ", 90, '', 0s, 85s",
        NEW + ", 30, 'timeout: 20s, minimum: 3s', 3s, 20s",
        OLD + ", 30, '', 20s, 25s",
        OLD + ", 10, '', 2s, 5s",
        OLD + ", 30, 'timeout: 12500ms', 8s, 12500ms",
    })
    void theDrainEndsBeforeTheKillAndOutlivesTheApp(
            String kubernetes, int grace, String drain, String minimum, String timeout) throws Exception {
        var manifests = demo(
                kubernetes, under("terminationGracePeriodSeconds: " + grace + "\nconfig: {drain: {" + drain + "}}"));
        Map<String, Map<String, String>> configuration = new Yaml().load(manifests.configuration());
        assertThat(configuration.get("drain"))
                .containsEntry("minimum", minimum)
                .containsEntry("timeout", timeout)
                .containsKey("quiet");
        assertThat(app(manifests).getTerminationGracePeriodSeconds()).isEqualTo(grace);
    }

    // ---- what looks at it

    @Test
    void monitorsServiceAndPolicyFindThePodAndItsPort() throws Exception {
        var manifests = demo(NEW, under(EVERYTHING));
        var template = manifests.one(Deployment.class, "shop-app").getSpec().getTemplate();
        var labels = template.getMetadata().getLabels();
        var port = sidecar(template.getSpec()).getPorts().getFirst();
        int probed = sidecar(template.getSpec())
                .getReadinessProbe()
                .getHttpGet()
                .getPort()
                .getIntVal();
        assertThat(port.getContainerPort()).isEqualTo(probed);
        assertThat(port.getName()).hasSizeLessThanOrEqualTo(15);

        var podMonitor = manifests.all(PodMonitor.class).getFirst().getSpec();
        assertThat(labels).containsAllEntriesOf(podMonitor.getSelector().getMatchLabels());
        assertThat(podMonitor.getPodMetricsEndpoints().getFirst().getPort()).isEqualTo(port.getName());

        var service = manifests.one(Service.class, "shop-outrigger");
        assertThat(labels).containsAllEntriesOf(service.getSpec().getSelector());
        var servicePort = service.getSpec().getPorts().getFirst();
        assertThat(servicePort.getTargetPort().getIntVal()).isEqualTo(probed);
        var serviceMonitor = manifests.all(ServiceMonitor.class).getFirst().getSpec();
        assertThat(service.getMetadata().getLabels())
                .containsAllEntriesOf(serviceMonitor.getSelector().getMatchLabels());
        assertThat(serviceMonitor.getEndpoints().getFirst().getPort()).isEqualTo(servicePort.getName());

        var policy = manifests.all(NetworkPolicy.class).getFirst().getSpec();
        assertThat(labels).containsAllEntriesOf(policy.getPodSelector().getMatchLabels());
        assertThat(policy.getIngress()).hasSize(2);
        assertThat(policy.getIngress().getFirst().getFrom())
                .as("the app stays open to all")
                .isEmpty();
        var telemetry = policy.getIngress().getLast();
        assertThat(telemetry.getPorts().getFirst().getPort().getIntVal()).isEqualTo(probed);
        assertThat(telemetry.getFrom()).hasSize(2);
        assertThat(manifests.all(Pod.class).getFirst().getMetadata().getLabels())
                .as("the pod of helm test may ask, and no selector takes it for one with a sidecar")
                .containsAllEntriesOf(
                        telemetry.getFrom().getLast().getPodSelector().getMatchLabels())
                .doesNotContainEntry("app.kubernetes.io/name", labels.get("app.kubernetes.io/name"));
    }

    @Test
    void withoutAFlagThereIsNothingOfThem() throws Exception {
        var manifests = Manifests.of(Chart.outrigger().render(NEW, Chart.PAYMENTS + "tests: {enabled: false}\n"));
        assertThat(manifests.all()).extracting(one -> one.getKind()).containsExactly("ConfigMap");
        assertThat(Chart.outrigger().render(NEW, "enabled: false\n")).isBlank();
    }
}
