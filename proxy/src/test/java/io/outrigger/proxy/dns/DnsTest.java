package io.outrigger.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.fixtures.DnsServer;
import io.outrigger.fixtures.DnsServer.Manner;
import io.outrigger.proxy.balance.NameService.Found;
import io.outrigger.proxy.balance.NameService.Records;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsTest {
    private static final Reach BOTH = new Reach(true, true);
    private static final Reach ONLY_IPV4 = new Reach(false, false);
    private static final String QUICK = "options timeout:1 attempts:1";

    @TempDir
    Path folder;

    private final DnsServer server = new DnsServer();
    private Dns dns;

    DnsTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        dns.close();
        server.close();
    }

    // ---- answers

    @Test
    void findsAllAddressesAndTheirTtls() throws Exception {
        server.has("app.test", 17, "10.0.0.1", "10.0.0.2", "fd00::1");
        Found found = find("app.test", BOTH);
        assertThat(found.v4()).isEqualTo(records(17, "10.0.0.1", "10.0.0.2"));
        assertThat(found.v6()).isEqualTo(records(17, "fd00::1"));
        assertThat(server.asked()).containsExactly("A app.test.", "AAAA app.test.");
    }

    @Test
    void theShortestTtlOfAChainOfAliasesCounts() throws Exception {
        server.alias("app.test", 300, "lb.test")
                .alias("lb.test", 4, "node.test")
                .has("node.test", 60, "10.0.0.1");
        assertThat(find("app.test", BOTH).v4()).isEqualTo(records(4, "10.0.0.1"));
    }

    @Test
    void anAliasThatTheServerDoesNotFollowIsFollowed() throws Exception {
        server.alias("app.test", 9, "NODE.test")
                .has("node.test", 60, "10.0.0.1"); // in a case that the server takes for another name
        assertThat(find("app.test", BOTH).v4()).isEqualTo(records(9, "10.0.0.1"));
        assertThat(server.asked()).contains("A node.test.");
    }

    @Test
    void aliasesInACircleEnd() throws Exception {
        server.alias("a.test", 9, "b.test").alias("b.test", 9, "a.test");
        assertThat(find("a.test", BOTH)).isEqualTo(new Found(Records.unknown("no such name"), Records.NONE));
    }

    @Test
    void whatDoesNotFitIsAskedForOverTcp() throws Exception {
        String[] many = new String[200];
        Arrays.setAll(many, i -> "10.0.1." + i);
        server.has("app.test", 5, many).answers("A", "app.test", Manner.TRUNCATED);
        assertThat(find("app.test", BOTH).v4()).isEqualTo(records(5, many));
        assertThat(server.asked()).containsExactly("A app.test.", "A app.test./tcp", "AAAA app.test.");
    }

    // ---- kinds of addresses

    @Test
    void aMachineWithoutIpv6AsksForIpv4AddressesOnly() throws Exception {
        server.has("app.test", 5, "10.0.0.1", "fd00::1");
        assertThat(find("app.test", ONLY_IPV4)).isEqualTo(new Found(records(5, "10.0.0.1"), Records.NONE));
        assertThat(server.asked()).containsExactly("A app.test.");
    }

    @Test
    void andTakesTheOthersWhereThereAreNone() throws Exception {
        server.has("app.test", 5, "fd00::1");
        assertThat(find("app.test", ONLY_IPV4).v6()).isEqualTo(records(5, "fd00::1"));
    }

    @Test
    void aServerThatFailsOverOneKindIsBelievedAboutTheOther() throws Exception {
        server.has("app.test", 5, "10.0.0.1").answers("AAAA", "app.test", Manner.SERVFAIL);
        Found found = find("app.test", BOTH);
        assertThat(found.v4()).isEqualTo(records(5, "10.0.0.1"));
        assertThat(found.v6()).isEqualTo(Records.unknown("servfail from 127.0.0.1"));
    }

    // ---- failures

    @Test
    void aNameThatDoesNotExistIsNotFound() throws Exception {
        assertThat(find("app.test", BOTH).v4()).isEqualTo(Records.unknown("no such name"));
        assertThat(server.asked()).containsExactly("A app.test.");
    }

    @Test
    void aServerThatIsSilentIsAskedAgainAndThenGivenUp() throws Exception {
        server.answers("app.test", Manner.NEVER);
        Found found = find("app.test", BOTH, "options timeout:1 attempts:2");
        assertThat(found.v4()).isEqualTo(Records.unknown("no answer in time from 127.0.0.1"));
        assertThat(server.asked()).containsExactly("A app.test.", "A app.test.", "AAAA app.test.", "AAAA app.test.");
    }

    @Test
    void theNextServerIsAskedWhenOneFails() throws Exception {
        try (DnsServer broken = new DnsServer()) {
            broken.answers("app.test", Manner.SERVFAIL);
            server.has("app.test", 5, "10.0.0.1");
            Path conf = Files.writeString(
                    folder.resolve("resolv.conf"),
                    "port " + broken.port() + "\nnameserver 127.0.0.1\nport " + server.port()
                            + "\nnameserver 127.0.0.1\n");
            dns = new Dns(conf, new HostsFile(folder.resolve("hosts")), () -> BOTH);
            assertThat(find("app.test").v4()).isEqualTo(records(5, "10.0.0.1"));
            assertThat(broken.asked()).startsWith("A app.test.");
        }
    }

    // ---- search list, as in a pod of Kubernetes

    @Test
    void aShortNameIsSearchedFor() throws Exception {
        server.has("app.shop.svc.cluster.local", 5, "10.0.0.1");
        Found found = find(
                "app",
                ONLY_IPV4,
                "search other.svc.cluster.local shop.svc.cluster.local svc.cluster.local",
                "options ndots:5");
        assertThat(found.v4()).isEqualTo(records(5, "10.0.0.1"));
        assertThat(server.asked()).containsExactly("A app.other.svc.cluster.local.", "A app.shop.svc.cluster.local.");
    }

    @Test
    void aNameWithEnoughDotsIsTriedAsItIsFirst() throws Exception {
        server.has("app.test", 5, "10.0.0.1");
        find("app.test", ONLY_IPV4, "search cluster.local", "options ndots:1");
        assertThat(server.asked()).containsExactly("A app.test.");
    }

    @Test
    void aNameThatEndsInADotIsNotSearchedFor() throws Exception {
        assertThat(find("app.", ONLY_IPV4, "search cluster.local").v4()).isEqualTo(Records.unknown("no such name"));
        assertThat(server.asked()).containsExactly("A app.");
    }

    /** Or a server that is down for a moment would send traffic to another name's addresses. */
    @Test
    void aFailureEndsTheSearch() throws Exception {
        server.answers("app.cluster.local", Manner.SERVFAIL).has("app", 5, "10.0.0.66");
        Found found = find("app", ONLY_IPV4, "search cluster.local", QUICK);
        assertThat(found.v4()).isEqualTo(Records.unknown("servfail from 127.0.0.1"));
        assertThat(server.asked()).doesNotContain("A app.");
    }

    @Test
    void aChangedResolvConfIsFollowed() throws Exception {
        Path conf = server.resolvConf();
        dns = new Dns(conf, new HostsFile(folder.resolve("hosts")), () -> ONLY_IPV4);
        assertThat(find("app").v4()).isEqualTo(Records.unknown("no such name"));
        server.has("app.cluster.local", 5, "10.0.0.1");
        Files.copy(server.resolvConf("search cluster.local"), conf, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(find("app").v4()).isEqualTo(records(5, "10.0.0.1"));
    }

    // ---- without a server

    @ParameterizedTest
    @ValueSource(strings = {"app", "App", "app."})
    void theHostsFileComesFirst(String name) throws Exception {
        Files.writeString(folder.resolve("hosts"), "10.0.0.7 other app\nfd00::7 app # and this\n");
        Found found = find(name, BOTH);
        assertThat(found.v4().addresses()).containsExactly(InetAddress.ofLiteral("10.0.0.7"));
        assertThat(found.v6().addresses()).containsExactly(InetAddress.ofLiteral("fd00::7"));
        assertThat(server.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost.", "a.localhost"})
    void localhostIsHereWhateverTheHostsFileLacks(String name) throws Exception {
        Found found = find(name, BOTH);
        assertThat(found.v4().addresses()).containsExactly(InetAddress.ofLiteral("127.0.0.1"));
        assertThat(found.v6().addresses()).containsExactly(InetAddress.ofLiteral("::1"));
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void loopbackWithoutIpv6HasOneAddress() throws Exception {
        Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n::1 localhost\n");
        Found found = find("localhost", ONLY_IPV4);
        assertThat(found.v4().addresses()).hasSize(1);
        assertThat(found.v6().addresses()).isEmpty();
    }

    private void dns(Reach reach, String... lines) throws IOException {
        dns = new Dns(server.resolvConf(lines), new HostsFile(folder.resolve("hosts")), () -> reach);
    }

    private Found find(String name, Reach reach, String... lines) throws Exception {
        dns(reach, lines);
        return find(name);
    }

    private Found find(String name) throws InterruptedException {
        BlockingQueue<Found> told = new ArrayBlockingQueue<>(1);
        dns.thread().execute(() -> dns.find(name, told::add));
        return told.take();
    }

    private static Records records(int ttlSeconds, String... addresses) {
        List<InetAddress> all =
                Arrays.stream(addresses).map(InetAddress::ofLiteral).toList();
        return new Records(all, Duration.ofSeconds(ttlSeconds), "");
    }
}
