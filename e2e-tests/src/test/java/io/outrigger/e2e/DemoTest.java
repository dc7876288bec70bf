package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code outrigger demo} shows the proxy at work, in one command. */
class DemoTest {
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/");

    private static int port(Program demo, String line) throws InterruptedException {
        var found = ADDRESS.matcher(demo.out().await(one -> one.contains(line)));
        assertThat(found.find()).isTrue();
        return Integer.parseInt(found.group(1));
    }

    @Test
    void itServesAndShowsWhatHappens() throws Exception {
        try (var demo = Program.start("demo", "--port", "0", "--admin-port", "0")) {
            int proxy = port(demo, "curl -i -H 'Host: flaky'");
            int admin = port(demo, "metrics, routes");
            for (int i = 0; i < 4; i++) {
                var answer = Program.ask(proxy, "GET / HTTP/1.1", "host: flaky");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.field("via")).isEqualTo("1.1 outrigger");
                assertThat(answer.text()).contains(" endpoint, ");
            }
            assertThat(demo.out().await(line -> line.contains("the moody endpoint is")))
                    .isNotEmpty();
            var metrics = Program.ask(admin, "GET /metrics HTTP/1.1", "host: localhost")
                    .text();
            assertThat(metrics)
                    .containsPattern("http_requests_total\\{.*route=\"flaky\".*\\} [1-9]")
                    .containsPattern("outrigger_attempts_total\\{.*route=\"flaky\".*\\} [1-9]");
            demo.terminate();
            assertThat(demo.awaitExit()).isZero();
            assertThat(demo.out().all()).noneMatch(line -> line.contains("LEAK"));
            assertThat(demo.err().all()).noneMatch(line -> line.contains("LEAK"));
        }
    }

    @Test
    void itsConfigurationIsOneToStartFrom() throws Exception {
        try (var print = Program.start("demo", "--print-config")) {
            assertThat(print.awaitExit()).isZero();
            try (var check = Program.start(
                    "check", Program.file(String.join("\n", print.out().all())).toString())) {
                assertThat(check.awaitExit()).as("%s", check.err().all()).isZero();
            }
        }
    }
}
