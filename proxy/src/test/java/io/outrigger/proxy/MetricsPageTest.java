package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.config.key.Environment;
import io.outrigger.proxy.demo.HttpCall;
import io.outrigger.proxy.fixtures.Pki;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/metrics.md names the metrics of a proxy that runs, all of them and no others. */
class MetricsPageTest {
    private static final Path PAGE = Path.of("../docs/metrics.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)`");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE ([a-z_]+) ");
    private static final String CONFIGURATION = """
            listeners:
              - {name: outbound, address: "127.0.0.1:0", upstream: app}
              - {name: secure, address: "127.0.0.1:0", tls: {certFile: CERT, keyFile: KEY}}
            admin: {address: "127.0.0.1:0"}
            defaults: {circuitBreaker: {}, bulkhead: {}, concurrency: {}, hedge: {}, idempotency: {}, rateLimit: {}, slo: {}, fallback: {rungs: [{stale: {}}]}}
            upstreams: {app: {endpoints: ["127.0.0.1:1", "127.0.0.1:2", "localhost:1"], outlierDetection: {consecutiveFailures: 1}}}
            tracing: {otlpEndpoint: "http://127.0.0.1:1"}
            stores: {shared: {redis: {uri: "redis://127.0.0.1:1"}}}
            routes: [{name: shared, match: {path: {exact: /shared}}, upstream: app, rateLimit: {store: shared}}, {name: each, match: {path: {exact: /each}}, upstream: app, rateLimit: {key: {header: x-tenant}}, fault: {percentage: 1%, fault: [{reset: true}]}}]
            """;

    @TempDir
    Path folder;

    @Test
    void thePageAndTheProxyNameTheSameMetrics() throws Exception {
        Pki pki = new Pki(folder, "authority");
        X509Bundle own = pki.issue("proxy.test");
        byte[] content = CONFIGURATION
                .replace("CERT", pki.certFile(own).toString())
                .replace("KEY", pki.keyFile(own).toString())
                .getBytes(StandardCharsets.UTF_8);
        ReadResult.Ok read = (ReadResult.Ok) ConfigReader.read("a.yaml", content, Environment.EMPTY);
        ProxyOptions options = ProxyOptions.defaults().withLog(OutputStream.nullOutputStream());
        try (Proxy proxy = Proxy.start(read, options)) {
            assertThat(HttpCall.get(port(proxy.listener("outbound")), "a", "/")).startsWith("HTTP/1.1 50");
            int admin = port(proxy.admin().orElseThrow());
            Set<String> shown = found(TYPE, HttpCall.get(admin, "localhost", "/metrics"));
            shown.removeIf(name -> name.startsWith("jvm_") || name.startsWith("process_"));
            assertThat(found(ROW, Files.readString(PAGE))).containsExactlyElementsOf(shown);
        }
    }

    private static Set<String> found(Pattern pattern, String text) throws IOException {
        Set<String> names = new TreeSet<>();
        pattern.matcher(text).results().forEach(found -> names.add(found.group(1)));
        return names;
    }

    private static int port(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }
}
