package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.proxy.cli.Terminal;
import io.outrigger.proxy.demo.HttpCall;
import io.outrigger.proxy.demo.Mood;
import io.outrigger.proxy.demo.Pace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The demonstration on free ports, at a quicker pace. */
class DemoTest {
    private static final Pace QUICK = new Pace(Duration.ofMillis(10), Duration.ofMillis(150));
    private static final Pace STILL = new Pace(Duration.ofHours(1), Duration.ofHours(1));

    private BufferedReader told;
    private Demo demo;

    private void start(Pace pace) throws Exception {
        PipedInputStream in = new PipedInputStream(1024 * 1024); // more than is told, so that nobody has to read
        told = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        Terminal terminal =
                new Terminal(InputStream.nullInputStream(), new PipedOutputStream(in), OutputStream.nullOutputStream());
        demo = Demo.start(0, 0, pace, terminal);
    }

    @AfterEach
    void end() {
        demo.close();
    }

    @Test
    void saysWhatToLookAt() throws Exception {
        start(QUICK);
        assertThat(await("  curl -i -H 'Host: flaky'")).endsWith("http://127.0.0.1:" + port() + "/");
        assertThat(await("  http://")).startsWith("  http://127.0.0.1:" + adminPort() + "/ ");
    }

    @Test
    void whatItSaysToAskForIsProxied() throws Exception {
        start(QUICK);
        assertThat(HttpCall.get(port(), "flaky", "/hello"))
                .contains("via: 1.1 outrigger")
                .contains("endpoint, ")
                .contains("GET /hello HTTP/1.1");
        assertThat(HttpCall.get(port(), "bare", "/")).contains("via: 1.1 outrigger");
        assertThat(HttpCall.get(port(), "other", "/")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void theMoodChangesAndWhatCameOfItIsTold() throws Exception {
        start(QUICK);
        for (Mood mood : Mood.values()) {
            assertThat(await("00:0")).contains("the moody endpoint is " + mood + ": it ");
            assertThat(await("         host flaky: ")).contains(" fine, the slowest took ");
            assertThat(await("         host bare: ")).contains(" fine, the slowest took ");
        }
        assertThat(await("00:0")).contains("the moody endpoint is healthy: ");
    }

    @Test
    void metricsShowTheTraffic() throws Exception {
        start(QUICK);
        await("         host flaky: ");
        String metrics = HttpCall.get(adminPort(), "127.0.0.1:" + adminPort(), "/metrics");
        assertThat(metrics.lines())
                .anyMatch(line -> line.startsWith("http_requests_total{")
                        && line.contains("route=\"flaky\"")
                        && line.contains("service=\"demo\""));
        assertThat(metrics).contains("upstream=\"service\"");
        assertThat(HttpCall.get(adminPort(), "127.0.0.1:" + adminPort(), "/routes"))
                .contains("flaky", "bare");
    }

    @ParameterizedTest
    @EnumSource
    void policiesKeepTheAppFromNoticing(Mood mood) throws Exception {
        start(STILL);
        demo.moody().mood(mood);
        for (int i = 0; i < 3; i++) { // as many retries as a fresh budget holds
            assertThat(HttpCall.get(port(), "flaky", "/")).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILING", "RESETTING", "REFUSING"})
    void withoutThemEverySecondRequestFails(Mood mood) throws Exception {
        start(STILL);
        demo.moody().mood(mood);
        int failed = 0;
        for (int i = 0; i < 4; i++) {
            failed += HttpCall.get(port(), "bare", "/").startsWith("HTTP/1.1 50") ? 1 : 0;
        }
        assertThat(failed).isEqualTo(2);
    }

    /** The next line that begins so. */
    private String await(String beginning) throws IOException {
        String line;
        do {
            line = told.readLine();
            assertThat(line).as("before the end of what is told").isNotNull();
        } while (!line.startsWith(beginning));
        return line;
    }

    private int port() {
        return port(demo.proxy().listener("outbound"));
    }

    private int adminPort() {
        return port(demo.proxy().admin().orElseThrow());
    }

    private static int port(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }
}
