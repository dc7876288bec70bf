package io.outrigger.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.config.key.Environment;
import io.outrigger.config.yaml.Problem;
import io.outrigger.proxy.fixtures.Pki;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be used are problems of the configuration that names them, all in one pass. */
class NamedFilesTest {
    @TempDir
    Path folder;

    private Path ca;
    private Path certificate;
    private Path key;
    private Path otherKey;

    @BeforeEach
    void makeFiles() throws Exception {
        Pki pki = new Pki(folder, "authority");
        X509Bundle one = pki.issue("a.test");
        ca = pki.caFile();
        certificate = pki.certFile(one);
        key = pki.keyFile(one);
        otherKey = pki.keyFile(pki.issue("b.test"));
    }

    @Test
    void filesThatFitAreFine() {
        assertThat(problems("""
                listeners:
                  - {name: out, address: "127.0.0.1:0", upstream: app, tls: {certFile: %1$s, keyFile: %2$s, clientCaFile: %3$s}}
                upstreams:
                  app: {endpoints: ["a:1"], tls: {caFile: %3$s, certFile: %1$s, keyFile: %2$s}}
                  system: {endpoints: ["a:1"], tls: {}}
                """.formatted(certificate, key, ca))).isEmpty();
    }

    @Test
    void eachFileThatIsNotIsToldWhereItIsNamed() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty.pem"));
        assertThat(problems("""
                listeners:
                  - name: out
                    address: 127.0.0.1:0
                    upstream: app
                    tls:
                      certFile: %1$s
                      keyFile: %2$s
                upstreams:
                  app:
                    endpoints: ["a:1"]
                    tls:
                      caFile: %3$s
                  other:
                    endpoints: ["a:1"]
                    tls: {certFile: /nowhere/tls.crt, keyFile: %2$s}
                """.formatted(certificate, otherKey, empty)))
                .containsExactly(
                        "a.yaml:7:7: listeners[0].tls.keyFile: " + otherKey
                                + ": not the key of the first certificate in " + certificate
                                + " (expected: its private key)",
                        "a.yaml:12:7: upstreams.app.tls.caFile: " + empty
                                + ": holds no certificate (expected: at least one, in PEM)",
                        "a.yaml:15:11: upstreams.other.tls.certFile: /nowhere/tls.crt: no such file (expected: one in PEM)");
    }

    @Test
    void soAreThoseOfTheAdminPortAndOfStores() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty"));
        String yaml = """
                listeners: [{name: out, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0", tokenFile: %1$s}
                stores:
                  shared:
                    redis:
                      uri: rediss://redis.internal
                      passwordFile: %2$s
                      caFile: %3$s
                upstreams: {app: {endpoints: ["a:1"]}}
                """;
        assertThat(problems(yaml.formatted("/nowhere/token", empty, folder)))
                .containsExactly(
                        "a.yaml:2:33: admin.tokenFile: /nowhere/token: no such file (expected: one that holds the token)",
                        "a.yaml:7:7: stores.shared.redis.passwordFile: " + empty + ": empty (expected: a password)",
                        "a.yaml:8:7: stores.shared.redis.caFile: " + folder
                                + ": a directory (expected: a file in PEM)");
        Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
        assertThat(problems(yaml.formatted(secret, secret, ca))).isEmpty();
    }

    /** Whoever opens a pipe waits, and a device may have no end. */
    @Test
    void whatIsNoFileIsNotOpened() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThat(problems("""
                listeners:
                  - {name: out, address: "127.0.0.1:0", upstream: app, tls: {certFile: /dev/zero, keyFile: %1$s}}
                admin: {address: "127.0.0.1:0", tokenFile: %1$s}
                upstreams: {app: {endpoints: ["a:1"], tls: {caFile: %1$s}}}
                """.formatted(pipe)))
                .containsExactly(
                        "a.yaml:2:62: listeners[0].tls.certFile: /dev/zero: no regular file (expected: a file in PEM)",
                        "a.yaml:3:33: admin.tokenFile: " + pipe
                                + ": cannot be read (expected: a file that holds the token)",
                        "a.yaml:4:45: upstreams.app.tls.caFile: " + pipe
                                + ": no regular file (expected: a file in PEM)");
    }

    @Test
    void allOfThemAreTold() {
        assertThat(NamedFiles.of(read("""
                listeners:
                  - {name: out, address: "127.0.0.1:0", upstream: app, tls: {certFile: /1, keyFile: /2, clientCaFile: /3}}
                admin: {address: "127.0.0.1:0", tokenFile: /4}
                stores: {shared: {redis: {uri: "rediss://redis.internal", passwordFile: /5, caFile: /6}}}
                upstreams:
                  app: {endpoints: ["a:1"], tls: {caFile: /7, certFile: /8, keyFile: /9}}
                  system: {endpoints: ["a:1"], tls: {}}
                """)))
                .extracting(Path::toString)
                .containsExactly("/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9");
        assertThat(NamedFiles.of(ConfigReader.read("a.yaml", new byte[0], Environment.EMPTY)))
                .isEmpty();
    }

    private static ReadResult read(String yaml) {
        ReadResult read = ConfigReader.read("a.yaml", yaml.getBytes(StandardCharsets.UTF_8), Environment.EMPTY);
        assertThat(read).isInstanceOf(ReadResult.Ok.class);
        return read;
    }

    private static List<String> problems(String yaml) {
        return NamedFiles.check(read(yaml)) instanceof ReadResult.Broken broken
                ? broken.problems().stream().map(Problem::toString).toList()
                : List.of();
    }
}
