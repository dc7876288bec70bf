package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The manifests for those who take no Helm are the same as what the chart renders. */
class PlainManifestsTest {
    private static final Path FOLDER = Chart.ROOT.resolve("deploy/kubernetes");

    private static Manifests read(String... files) throws Exception {
        StringBuilder all = new StringBuilder();
        for (String file : files) {
            all.append("---\n").append(Files.readString(FOLDER.resolve(file)));
        }
        return Manifests.of(all.toString());
    }

    private static PodSpec pod(Manifests manifests, String name) {
        return manifests.one(Deployment.class, name).getSpec().getTemplate().getSpec();
    }

    @Test
    void theKustomizationNamesFilesThatAreThere() throws Exception {
        Map<String, Object> kustomization = new Yaml().load(Files.readString(FOLDER.resolve("kustomization.yaml")));
        assertThat(kustomization)
                .containsEntry("resources", List.of("app.yaml", "upstream.yaml"))
                .containsEntry(
                        "configMapGenerator", List.of(Map.of("name", "outrigger", "files", List.of("outrigger.yaml"))))
                .containsEntry("generatorOptions", Map.of("disableNameSuffixHash", true))
                .containsEntry(
                        "images", List.of(Map.of("name", "outrigger", "newName", "outrigger", "newTag", "0.1.0")));
        var pod = pod(read("app.yaml", "upstream.yaml"), "demo-app");
        assertThat(pod.getVolumes().getFirst().getConfigMap().getName()).isEqualTo("outrigger");
        assertThat(pod.getInitContainers().getFirst().getImage()).isEqualTo("outrigger");
    }

    @Test
    void theyAreThoseOfTheDemoChart() throws Exception {
        var plain = read("app.yaml", "upstream.yaml");
        var chart = Manifests.of(Chart.demo().render("1.33.0", ""));
        var rendered = pod(chart, "shop-app");
        rendered.getVolumes().getFirst().getConfigMap().setName("outrigger");
        Container sidecar = rendered.getInitContainers().getFirst();
        sidecar.setImage("outrigger"); // its version is in the kustomization
        assertThat(pod(plain, "demo-app")).isEqualTo(rendered);
        assertThat(pod(plain, "podinfo")).isEqualTo(pod(chart, "podinfo"));

        Object configuration = new Yaml().load(chart.configuration());
        Object file = new Yaml()
                .load(Files.readString(FOLDER.resolve("outrigger.yaml")).replace(" on:", " \"on\":"));
        assertThat(file).isEqualTo(configuration);
    }

    @Test
    void theMonitorFindsThePod() throws Exception {
        var manifests = read("app.yaml", "podmonitor.yaml");
        var monitor = manifests.all(PodMonitor.class).getFirst().getSpec();
        var template = manifests.one(Deployment.class, "demo-app").getSpec().getTemplate();
        assertThat(template.getMetadata().getLabels())
                .containsAllEntriesOf(monitor.getSelector().getMatchLabels());
        assertThat(template.getSpec()
                        .getInitContainers()
                        .getFirst()
                        .getPorts()
                        .getFirst()
                        .getName())
                .isEqualTo(monitor.getPodMetricsEndpoints().getFirst().getPort());
    }

    @Test
    void theProgramFindsNothingWrongWithTheConfiguration() throws Exception {
        try (var program =
                Program.start("check", FOLDER.resolve("outrigger.yaml").toString())) {
            assertThat(program.awaitExit()).as("%s", program.err().all()).isZero();
            assertThat(program.err().all()).isEmpty();
        }
    }
}
