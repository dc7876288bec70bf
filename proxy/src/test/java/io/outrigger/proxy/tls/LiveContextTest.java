package io.outrigger.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ReferenceCountUtil;
import io.outrigger.config.ListenerTlsConfig;
import io.outrigger.filter.observe.Meters;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.fixtures.Logged;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Pki;
import io.outrigger.proxy.fixtures.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A certificate whose files change is shown to new clients, once it can be used. */
@ParameterizedClass
@EnumSource
class LiveContextTest {
    private static final String GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final TlsLibrary library;
    private final FileWatch watch = new FileWatch(10);
    private final Rig rig = new Rig(true);

    @RegisterExtension
    private final Logged log = new Logged(LiveContext.class);

    @TempDir
    Path folder;

    private Pki pki;
    private X509Bundle first;
    private X509Bundle second;
    private Path certFile;
    private Path keyFile;

    LiveContextTest(TlsLibrary library) {
        this.library = library;
    }

    @BeforeEach
    void start() throws Exception {
        pki = new Pki(folder, "authority");
        first = pki.issue("proxy.test");
        second = pki.issue("proxy.test");
        certFile = Files.copy(pki.certFile(first), folder.resolve("tls.crt"));
        keyFile = Files.copy(pki.keyFile(first), folder.resolve("tls.key"));
        ListenerTlsConfig config = new ListenerTlsConfig(certFile, keyFile, Optional.empty());
        ServerTls tls = new ServerTls(
                "rig", config, TimeUnit.SECONDS.toNanos(30), new Meters(new Metrics(1)).handshakes("rig"), library);
        tls.follow(watch);
        rig.listenerTls(tls, pki.context(null));
        rig.server().answering(_ -> OK);
    }

    @AfterEach
    void end() {
        watch.close();
        rig.close();
    }

    @Test
    void aNewPairIsShownToNewClientsAndOldConnectionsGoOn() throws Exception {
        Peer before = rig.client();
        assertThat(shownTo(before)).isEqualTo(first.getCertificate());
        write(pki.certFile(second), certFile);
        write(pki.keyFile(second), keyFile);
        awaitLine("listener rig: TLS has taken over changed files");
        assertThat(shownTo(rig.client())).isEqualTo(second.getCertificate());
        assertThat(before.send(GET).response().body()).isEqualTo("ok");
    }

    @Test
    void aPairThatDoesNotFitChangesNothingAndIsToldOnce() throws Exception {
        write(pki.certFile(second), certFile);
        awaitLine("listener rig: TLS goes on with the files as they were, because of " + keyFile
                + ": not the key of the first certificate in " + certFile + " (expected: its private key)");
        assertThat(shownTo(rig.client())).isEqualTo(first.getCertificate());
        assertThat(log.lines()).hasSize(1);
        write(pki.keyFile(second), keyFile);
        awaitLine("listener rig: TLS has taken over changed files");
        assertThat(shownTo(rig.client())).isEqualTo(second.getCertificate());
    }

    @Test
    void aFileThatCannotBeUsedChangesNothing() throws Exception {
        Files.writeString(certFile, "garbage");
        awaitLine("listener rig: TLS goes on with the files as they were, because of " + certFile
                + ": holds no certificate (expected: at least one, in PEM)");
        Files.delete(certFile);
        awaitLine("listener rig: TLS goes on with the files as they were, because of " + certFile
                + ": no such file (expected: one in PEM)");
        assertThat(shownTo(rig.client())).isEqualTo(first.getCertificate());
    }

    @Test
    void noHandshakeIsLostWhilePairsAreSwapped() throws Exception {
        List<X509Bundle> pairs = List.of(first, second);
        for (int i = 1; i <= 20; i++) {
            X509Bundle next = pairs.get(i % 2);
            write(pki.certFile(next), certFile);
            write(pki.keyFile(next), keyFile);
            for (int client = 0; client < 5; client++) {
                assertThat(shownTo(rig.client())).isIn(first.getCertificate(), second.getCertificate());
            }
        }
    }

    @Test
    void givesBackWhatItHasAndWhatItsFilesBringAfterwards() throws Exception {
        List<SslContext> made = new ArrayList<>();
        LiveContext context = new LiveContext("listener gone", List.of(), () -> {
            SslContext next = library.server(new ListenerTlsConfig(certFile, keyFile, Optional.empty()));
            made.add(next);
            return next;
        });
        context.changed();
        context.release();
        context.changed(); // was reading its files

        int nothing = library == TlsLibrary.JDK ? -1 : 0; // which counts no references
        assertThat(made).hasSize(3).allSatisfy(one -> assertThat(ReferenceCountUtil.refCnt(one))
                .isEqualTo(nothing));
    }

    private static Certificate shownTo(Peer client) throws Exception {
        assertThat(client.send(GET).response().body()).isEqualTo("ok");
        return client.session().getPeerCertificates()[0];
    }

    /** As whoever is careful does it. */
    private void write(Path from, Path to) throws Exception {
        Path fresh = Files.copy(from, folder.resolve("fresh"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitLine(String line) {
        rig.await(
                line + " in " + new ArrayList<>(log.lines()), () -> log.lines().contains(line));
    }
}
