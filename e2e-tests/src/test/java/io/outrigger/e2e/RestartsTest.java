package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Beside an app in a pod the sidecar is there for its first call and for its last. */
class RestartsTest {
    private static final int SERVICE = 8080;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private String image;

    @BeforeEach
    @Timeout(900)
    void anImage() throws Exception {
        Engine.orSkip();
        image = Engine.image();
    }

    /** {@code OUTRIGGER_POD_RESTARTS} has it restart more often than usual. */
    @Test
    @Timeout(1800)
    void theFirstAndTheLastCallSucceedInRollingRestarts() throws Exception {
        int restarts = Integer.parseInt(System.getenv().getOrDefault("OUTRIGGER_POD_RESTARTS", "2"));
        try (var service = Pod.serving(image, SERVICE)) {
            Path map = configMap(service, "app").file().getParent();
            restart(restarts, Pod.start(image, map), map);
        }
    }

    /** As a rolling update does: a new one comes before the old one goes. */
    private void restart(int times, Pod first, Path map) throws IOException, InterruptedException {
        Pod old = first;
        try {
            for (int i = 0; i < times; i++) {
                Pod next = Pod.start(image, map);
                try {
                    end(old, i % 2 == 0);
                } finally {
                    old = next;
                }
            }
            end(old, true);
        } finally {
            old.close();
        }
    }

    private static void end(Pod pod, boolean appFirst) throws IOException, InterruptedException {
        try (pod) {
            if (appFirst) {
                pod.stopAppFirst();
            } else {
                pod.stopTogether();
            }
            assertThat(pod.appLog()).isEqualTo("first HTTP/1.1 200 OK\nlast HTTP/1.1 200 OK");
            assertThat(pod.sidecarExit()).isZero();
        }
    }

    @Test
    @Timeout(120)
    void aConfigMapThatIsReplacedIsReloaded() throws Exception {
        try (var service = Pod.serving(image, SERVICE)) {
            ConfigMap map = configMap(service, "before");
            try (var pod = Pod.start(image, map.file().getParent())) {
                assertThat(pod.telemetry("/metrics").text()).contains("service=\"before\"");
                map.publish(yaml(service, "after"));
                long until = System.nanoTime() + PATIENCE_NANOS;
                while (!pod.telemetry("/metrics").text().contains("service=\"after\"")) {
                    assertThat(System.nanoTime()).as("a reload").isLessThan(until);
                }
                end(pod, true);
            }
        }
    }

    private static ConfigMap configMap(Pod service, String name) throws IOException, InterruptedException {
        var map = new ConfigMap(yaml(service, name));
        Files.setPosixFilePermissions(map.file().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        return map;
    }

    private static String yaml(Pod service, String name) throws IOException, InterruptedException {
        return """
                service: %s
                listeners: [{name: outbound, address: "127.0.0.1:%d", upstream: service}]
                telemetry: {address: "0.0.0.0:%d"}
                upstreams: {service: {endpoints: ["%s:%d"]}}
                """.formatted(name, Pod.LISTENER, Pod.TELEMETRY, service.address(), SERVICE);
    }
}
