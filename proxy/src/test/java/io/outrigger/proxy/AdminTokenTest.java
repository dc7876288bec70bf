package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.config.key.Environment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An admin port with a token, from the file of the configuration to the answer. */
class AdminTokenTest {
    @TempDir
    Path folder;

    @Test
    void whoShowsTheTokenSeesWhatOthersDoNot() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "s3cret\n");
        try (Proxy proxy = Proxy.start(configuration(token), ProxyOptions.defaults())) {
            assertThat(status(proxy, "/config", "localhost", "")).isEqualTo("401");
            assertThat(status(proxy, "/config", "localhost", "authorization: Bearer guess\r\n"))
                    .isEqualTo("401");
            assertThat(status(proxy, "/config", "localhost", "authorization: Bearer s3cret\r\n"))
                    .isEqualTo("200");
            assertThat(status(proxy, "/config", "ops.internal", "authorization: Bearer s3cret\r\n"))
                    .isEqualTo("200");
            assertThat(status(proxy, "/config", "evil.example", "authorization: Bearer s3cret\r\n"))
                    .isEqualTo("403");
            assertThat(status(proxy, "/healthz", "localhost", "")).isEqualTo("200");
        }
    }

    @Test
    void withoutItsFileTheProxyDoesNotStartAndNamesIt() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> Proxy.start(configuration(missing), ProxyOptions.defaults()))
                .isInstanceOf(StartException.class)
                .hasMessage("admin.tokenFile: " + missing + ": no such file (expected: one that holds the token)");
    }

    private static ReadResult.Ok configuration(Path token) {
        String yaml = """
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0", tokenFile: "%s", hosts: [ops.internal]}
                upstreams: {app: {endpoints: ["127.0.0.1:1"]}}
                """.formatted(token);
        return (ReadResult.Ok) ConfigReader.read("a.yaml", yaml.getBytes(StandardCharsets.UTF_8), Environment.EMPTY);
    }

    private static String status(Proxy proxy, String path, String host, String fields) throws IOException {
        int port = ((InetSocketAddress) proxy.admin().orElseThrow()).getPort();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String head = "GET " + path + " HTTP/1.1\r\nhost: " + host + "\r\nconnection: close\r\n" + fields + "\r\n";
            client.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return answer.split(" ", 3)[1];
        }
    }
}
