package io.outrigger.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;
import io.netty.pkitesting.X509Bundle;
import io.outrigger.config.RateLimitConfig;
import io.outrigger.config.StoreConfig;
import io.outrigger.filter.ratelimit.SharedBuckets;
import io.outrigger.fixtures.RedisCluster;
import io.outrigger.fixtures.RedisServer;
import io.outrigger.proxy.fixtures.Logged;
import io.outrigger.proxy.fixtures.Pki;
import io.outrigger.proxy.tls.FileWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Connections to a real Redis: with passwords, by TLS, and when it goes and comes. */
class RedisLinkTest {
    private static final RateLimitConfig LIMIT = new RateLimitConfig(1, 3, Optional.empty(), Optional.empty());

    @TempDir
    Path folder;

    @RegisterExtension
    private final Logged log = new Logged(RedisLink.class);

    private final RealTime time = new RealTime();
    private final FileWatch watch = new FileWatch();

    @AfterEach
    void end() {
        watch.close();
        time.close();
    }

    private RedisLink link(String uri, Optional<Path> passwordFile, Optional<Path> caFile) {
        return link(uri, passwordFile, caFile, Duration.ofSeconds(5));
    }

    private RedisLink link(String uri, Optional<Path> passwordFile, Optional<Path> caFile, Duration timeout) {
        RedisLink link =
                new RedisLink("shared", new StoreConfig.Redis(URI.create(uri), timeout, passwordFile, caFile), watch);
        link.begin();
        return link;
    }

    private String take(RedisLink link, String bucket) {
        return time.asked(told -> take(link, bucket, told));
    }

    private void take(RedisLink link, String bucket, Consumer<String> told) {
        new RedisBuckets("tests", link).take(bucket, LIMIT, time.loop(), new SharedBuckets.Taking() {
            @Override
            public void taken() {
                told.accept("taken");
            }

            @Override
            public void empty(long waitNanos) {
                told.accept(waitNanos > 0 && waitNanos <= 1_000_000_000L ? "empty" : "wait " + waitNanos);
            }

            @Override
            public void failed(String why) {
                told.accept(why);
            }
        });
    }

    private void takesThree(RedisLink link) {
        for (int i = 0; i < 3; i++) {
            assertThat(take(link, "all")).isEqualTo("taken");
        }
        assertThat(take(link, "all")).isEqualTo("empty");
        assertThat(take(link, "other")).isEqualTo("taken");
    }

    @Test
    void aBucketIsOneForAllLinks() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            RedisLink link = link(redis.uri(), Optional.empty(), Optional.empty());
            RedisLink other = link(redis.uri(), Optional.empty(), Optional.empty());
            assertThat(take(other, "all")).isEqualTo("taken");
            assertThat(take(link, "all")).isEqualTo("taken");
            assertThat(take(other, "all")).isEqualTo("taken");
            assertThat(take(link, "all")).isEqualTo("empty");
            time.passes(Duration.ofMillis(1100));
            assertThat(take(other, "all")).isEqualTo("taken");
            link.end();
            other.end();
        }
    }

    @Test
    void aLinkThatHasEndedKeepsNoConnection() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            RedisLink link = link(redis.uri(), Optional.empty(), Optional.empty());
            assertThat(take(link, "all")).isEqualTo("taken");
            assertThat(redis.clients()).isEqualTo(1);
            link.end();
            awaitNoClients(redis);
            assertThat(take(link, "late")).as("by a request that still has it").isEqualTo("taken");
            awaitNoClients(redis);
            RedisLink unused = link(redis.uri(), Optional.empty(), Optional.empty());
            unused.end(); // while it connects, maybe
            awaitNoClients(redis);
        }
    }

    private void awaitNoClients(RedisServer redis) throws Exception {
        await(() -> redis.clients() == 0);
    }

    private void await(Callable<Boolean> comes) throws Exception {
        long until = System.nanoTime() + 10_000_000_000L; // before the nodes of a Cluster are asked in any case
        while (!comes.call()) {
            assertThat(System.nanoTime()).isLessThan(until);
            time.passes(Duration.ofMillis(20));
        }
    }

    @Test
    void aPasswordFromAFileIsFollowedAndNeverTold() throws Exception {
        try (RedisServer redis = RedisServer.start("--requirepass", "s3cret")) {
            Path file = Files.writeString(folder.resolve("password"), "wr0ng\n");
            RedisLink link = link(redis.uri(), Optional.of(file), Optional.empty());
            assertThat(take(link, "all")).isEqualTo("Redis answers WRONGPASS");
            Files.writeString(file, "s3cret\n");
            String told = take(link, "first");
            while (!told.equals("taken")) {
                assertThat(told).isEqualTo("Redis answers WRONGPASS");
                time.passes(Duration.ofMillis(50));
                told = take(link, "first");
            }
            takesThree(link);
            link.end();
        }
    }

    @Test
    void aPasswordWhoseFileIsGoneStays() throws Exception {
        try (RedisServer redis = RedisServer.start("--requirepass", "s3cret")) {
            Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
            RedisLink link = link(redis.uri(), Optional.of(file), Optional.empty());
            assertThat(take(link, "all")).isEqualTo("taken");
            Files.delete(file);
            String stays = "store shared: the password before it stays: ";
            await(() -> log.lines().stream().anyMatch(line -> line.startsWith(stays)));
            redis.kill();
            redis.startAgain();
            awaitTaken(link);
            link.end();
        }
    }

    @Test
    void tlsIsVerified() throws Exception {
        Pki pki = new Pki(folder, "authority");
        X509Bundle own = pki.issue("localhost");
        Pki stranger = new Pki(Files.createDirectory(folder.resolve("other")), "stranger");
        try (RedisServer redis = RedisServer.start(
                "--tls-port",
                "PORT",
                "--tls-cert-file",
                pki.certFile(own).toString(),
                "--tls-key-file",
                pki.keyFile(own).toString(),
                "--tls-ca-cert-file",
                pki.caFile().toString(),
                "--tls-auth-clients",
                "no",
                "--requirepass",
                "s3cret")) {
            String uri = "rediss://:s3cret@localhost:" + redis.port();
            RedisLink link = link(uri, Optional.empty(), Optional.of(pki.caFile()));
            takesThree(link);
            link.end();
            RedisLink deceived = link(uri + "?verifyPeer=NONE", Optional.empty(), Optional.of(stranger.caFile()));
            awaitFailedHandshake(deceived);
            deceived.end();
        }
    }

    private void awaitFailedHandshake(RedisLink link) throws Exception {
        await(() -> {
            String told = take(link, "all");
            assertThat(told).isIn("the TLS handshake failed", "it cannot be reached"); // in time, on a busy machine
            return told.equals("the TLS handshake failed");
        });
    }

    @Test
    void tlsIsVerifiedAtTheNodesOfAClusterByTheNamesThatTheyAnnounce() throws Exception {
        Pki pki = new Pki(folder, "authority");
        X509Bundle own = pki.issue("localhost");
        Pki stranger = new Pki(Files.createDirectory(folder.resolve("other")), "stranger");
        int tlsPort = RedisServer.freePort();
        try (RedisCluster _ = RedisCluster.startWith(
                "--tls-port",
                Integer.toString(tlsPort),
                "--tls-cert-file",
                pki.certFile(own).toString(),
                "--tls-key-file",
                pki.keyFile(own).toString(),
                "--tls-ca-cert-file",
                pki.caFile().toString(),
                "--tls-auth-clients",
                "no",
                "--tls-cluster",
                "yes",
                "--cluster-announce-hostname",
                "localhost",
                "--cluster-preferred-endpoint-type",
                "hostname")) {
            String uri = "rediss-cluster://localhost:" + tlsPort;
            RedisLink link = link(uri, Optional.empty(), Optional.of(pki.caFile()));
            awaitTaken(link);
            takesThree(link);
            link.end();
            RedisLink deceived = link(uri, Optional.empty(), Optional.of(stranger.caFile()));
            awaitFailedHandshake(deceived);
            deceived.end();
        }
    }

    @Test
    void aReplicaThatTakesOverIsFound() throws Exception {
        try (RedisCluster cluster = RedisCluster.start(2)) {
            RedisServer master = cluster.nodes().getFirst();
            RedisServer replica = cluster.replicaOf(master);
            RedisLink link = link(cluster.uri(), Optional.empty(), Optional.empty());
            for (int i = 0; i < 16; i++) { // at both masters
                awaitTaken(link, "bucket-" + i);
            }
            cluster.failOver(master, replica);
            long until = System.nanoTime() + 15_000_000_000L;
            for (int i = 0; i < 16; i++) {
                while (!take(link, "bucket-" + i).matches("taken|empty")) {
                    assertThat(System.nanoTime()).isLessThan(until);
                    time.passes(Duration.ofMillis(20));
                }
            }
            link.end();
        }
    }

    @Test
    void sentinelsNameTheMaster() throws Exception {
        try (RedisServer redis = RedisServer.start();
                RedisServer sentinel = RedisServer.sentinelOf(redis)) {
            RedisLink link = link(
                    "redis-sentinel://127.0.0.1:" + sentinel.port() + "/0#main", Optional.empty(), Optional.empty());
            takesThree(link);
            link.end();
        }
    }

    @Test
    void aClusterIsFoundByAnyOfItsNodes() throws Exception {
        try (RedisCluster cluster = RedisCluster.start(1)) {
            int port = cluster.nodes().getFirst().port();
            RedisLink link = link("redis-cluster://127.0.0.1:1,127.0.0.1:" + port, Optional.empty(), Optional.empty());
            awaitTaken(link);
            takesThree(link);
            link.end();
        }
    }

    @Test
    void aSlotThatHasMovedIsFollowed() throws Exception {
        try (RedisCluster cluster = RedisCluster.start(2)) {
            RedisLink link = link(cluster.uri(), Optional.empty(), Optional.empty());
            awaitTaken(link);
            takesThree(link);
            cluster.move("outrigger:tests:rate:moved");
            awaitTaken(link, "moved"); // the nodes agree on it, but maybe not yet
            link.end();
        }
    }

    @Test
    void eachNodeOfAClusterIsGivenThePassword() throws Exception {
        try (RedisCluster cluster = RedisCluster.start(2)) {
            for (RedisServer node : cluster.nodes()) {
                node.say("CONFIG SET requirepass s3cret");
            }
            Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
            String first =
                    "redis-cluster://127.0.0.1:" + cluster.nodes().getFirst().port();
            RedisLink link = link(first, Optional.of(file), Optional.empty());
            for (int i = 0; i < 16; i++) { // on both nodes
                awaitTaken(link, "bucket-" + i);
            }
            link.end();
            RedisLink stranger = link(first, Optional.empty(), Optional.empty());
            assertThat(take(stranger, "all")).isEqualTo("Redis answers NOAUTH");
            stranger.end();
        }
    }

    @Test
    void aClusterThatIsNotThereIsSaidNotToBe() {
        RedisLink link = link("redis-cluster://127.0.0.1:1", Optional.empty(), Optional.empty());
        assertThat(take(link, "all")).isEqualTo("it cannot be reached");
        link.end();
    }

    /** The first step waits for the connection; nobody waits for the classes and threads that a connection takes. */
    @Test
    void noLoopWaitsForTheClientToBeMade() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            CountDownLatch making = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            StoreConfig.Redis config = new StoreConfig.Redis(
                    URI.create(redis.uri()), Duration.ofSeconds(5), Optional.empty(), Optional.empty());
            RedisLink link = new RedisLink("shared", config, watch, (its, password) -> {
                making.countDown();
                await(go);
                return new LettuceClient(its, password);
            });
            link.begin();
            await(making);
            CompletableFuture<String> told = new CompletableFuture<>();
            CompletableFuture<Boolean> turned = new CompletableFuture<>();
            time.loop().execute(() -> take(link, "all", told::complete));
            time.loop().execute(() -> turned.complete(link.isConnected()));
            assertThat(turned.get(10, TimeUnit.SECONDS)).isFalse();
            assertThat(told).isNotDone();
            go.countDown();
            assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo("taken");
            link.end();
            awaitNoClients(redis);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aStepWhoseConnectionBreaksIsNotSentAgain() throws Exception {
        try (RedisServer redis = RedisServer.start();
                RedisCluster cluster = RedisCluster.start(1)) {
            sendsNothingAgain(redis, redis.uri());
            sendsNothingAgain(cluster.nodes().getFirst(), cluster.uri());
        }
    }

    private void sendsNothingAgain(RedisServer redis, String uri) throws Exception {
        RedisLink link = link(uri, Optional.empty(), Optional.empty());
        awaitTaken(link, "known");
        redis.say("CLIENT PAUSE 60000 WRITE"); // the step comes, and is not carried out yet
        CompletableFuture<String> held = new CompletableFuture<>();
        time.loop().execute(() -> take(link, "held", held::complete));
        long until = System.nanoTime() + 15_000_000_000L;
        while (redis.waiting() == 0) {
            assertThat(System.nanoTime()).isLessThan(until);
        }
        redis.say("CLIENT KILL TYPE normal");
        assertThat(held.get(15, TimeUnit.SECONDS)).isNotIn("taken", "empty");
        redis.say("CLIENT UNPAUSE");
        String told = take(link, "known");
        while (!told.equals("taken")) { // once it has connected again
            assertThat(System.nanoTime()).isLessThan(until);
            time.passes(Duration.ofMillis(20));
            told = take(link, "known");
        }
        assertThat(redis.say("EXISTS outrigger:tests:rate:held")).isEqualTo(":0");
        link.end();
    }

    /** The race in which a connection ends while a step is written cannot be brought about; what decides it can be shown. */
    @Test
    void neitherClientKeepsAStepForLater() {
        StoreConfig.Redis config = new StoreConfig.Redis(
                URI.create("redis://127.0.0.1"), Duration.ofSeconds(1), Optional.empty(), Optional.empty());
        ClientOptions single = LettuceClient.options(config);
        for (ClientOptions options : List.of(single, LettuceClient.clustered(single))) {
            assertThat(options.getReplayFilter().test(new Command<>(CommandType.EVALSHA, null)))
                    .isTrue();
            assertThat(options.getDisconnectedBehavior()).isEqualTo(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS);
        }
    }

    /** It is ours that counts: the client's own would be the shorter one of what a new connection asks first. */
    @Test
    void aStepMayTakeAsLongAsItsTimeoutSays() throws Exception {
        try (RedisServer redis = RedisServer.start();
                RedisCluster cluster = RedisCluster.start(1)) {
            RedisServer node = cluster.nodes().getFirst();
            RedisLink link = link(redis.uri(), Optional.empty(), Optional.empty(), Duration.ofSeconds(20));
            RedisLink nodes = link(cluster.uri(), Optional.empty(), Optional.empty(), Duration.ofSeconds(20));
            awaitTaken(link);
            awaitTaken(nodes);
            redis.say("CLIENT PAUSE 2500 WRITE");
            node.say("CLIENT PAUSE 2500 WRITE");
            CompletableFuture<String> one = new CompletableFuture<>();
            CompletableFuture<String> other = new CompletableFuture<>();
            time.loop().execute(() -> take(link, "slow", one::complete));
            time.loop().execute(() -> take(nodes, "slow", other::complete));
            assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo("taken");
            assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo("taken");
            link.end();
            nodes.end();
        }
    }

    @Test
    void aRedisThatGoesAndComesIsFoundAgain() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            RedisLink link = link(redis.uri(), Optional.empty(), Optional.empty());
            takesThree(link);
            redis.kill();
            String told = take(link, "all");
            assertThat(told).isNotIn("taken", "empty");
            redis.startAgain();
            awaitTaken(link);
            link.end();
        }
    }

    private void awaitTaken(RedisLink link) throws Exception {
        awaitTaken(link, "again");
    }

    /** At once, or when it is tried again: on a busy machine a connection may take longer than it may. */
    private void awaitTaken(RedisLink link, String bucket) throws Exception {
        await(() -> take(link, bucket).equals("taken"));
    }

    @Test
    void aRedisThatAnswersNothingButErrorsIsNotSilent() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            RedisLink link = link(redis.uri(), Optional.empty(), Optional.empty(), Duration.ofMillis(500));
            assertThat(take(link, "all")).isEqualTo("taken");
            redis.say("CONFIG SET maxmemory 1");
            for (int i = 0; i < 22; i++) { // for longer than a silent one is borne
                assertThat(take(link, "all")).isEqualTo("Redis answers OOM");
                time.passes(Duration.ofMillis(100));
            }
            redis.say("CLIENT PAUSE 60000");
            assertThat(take(link, "all")).isEqualTo("no answer within 500 ms");
            assertThat(isConnected(link)).isTrue();
            link.end();
        }
    }

    /** One that starts again takes connections long before it has read what it had saved. */
    @Test
    void aRedisThatOnlySaysThatItIsLoadingIsNotConnected() throws Exception {
        try (RedisServer redis = RedisServer.start(
                "--enable-debug-command", "local", "--loading-process-events-interval-bytes", "1024")) {
            RedisLink link = link(redis.uri(), Optional.empty(), Optional.empty());
            assertThat(take(link, "all")).isEqualTo("taken");
            redis.say("DEBUG POPULATE 100000");
            redis.say("CONFIG SET key-load-delay 1000"); // microseconds
            CompletableFuture<String> loading = CompletableFuture.supplyAsync(() -> said(redis, "DEBUG RELOAD"));
            await(() -> take(link, "all").equals("Redis answers LOADING"));
            RedisLink fresh = link(redis.uri(), Optional.empty(), Optional.empty());
            for (int i = 0; i < 12; i++) { // so that each connects again meanwhile
                assertThat(take(link, "all")).isEqualTo("Redis answers LOADING");
                assertThat(take(fresh, "all")).isEqualTo("Redis answers LOADING");
                assertThat(List.of(isConnected(link), isConnected(fresh))).containsOnly(false);
                time.passes(Duration.ofMillis(100));
            }
            assertThat(loading).isNotDone();
            redis.say("CONFIG SET key-load-delay 0");
            awaitTaken(link);
            awaitTaken(fresh);
            assertThat(List.of(isConnected(link), isConnected(fresh))).containsOnly(true);
            assertThat(loading.get(15, TimeUnit.SECONDS)).isEqualTo("+OK");
            String not = "store shared: not connected: Redis answers LOADING";
            assertThat(log.lines()).filteredOn(not::equals).as("once each").hasSize(2);
            assertThat(log.lines())
                    .filteredOn("store shared: connected"::equals)
                    .hasSize(3);
            link.end();
            fresh.end();
            awaitNoClients(redis);
        }
    }

    @Test
    void aReplicaThatHasLostItsMasterAndMayNotAnswerIsNotConnected() throws Exception {
        try (RedisServer redis = RedisServer.start("--replica-serve-stale-data", "no")) {
            RedisLink link = link(redis.uri(), Optional.empty(), Optional.empty());
            assertThat(take(link, "all")).isEqualTo("taken");
            redis.say("REPLICAOF 127.0.0.1 1");
            assertThat(take(link, "all")).isEqualTo("Redis answers MASTERDOWN");
            assertThat(isConnected(link)).isFalse();
            redis.say("REPLICAOF NO ONE");
            awaitTaken(link);
            link.end();
        }
    }

    /** It would be enough for all that is asked of it. */
    @Test
    void aUserWhoMayDoNothingButTheStepsIsConnected() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            redis.say("ACL SETUSER steps on >s3cret ~* +evalsha +eval +time +get +set +hello");
            RedisLink link = link("redis://steps:s3cret@127.0.0.1:" + redis.port(), Optional.empty(), Optional.empty());
            takesThree(link);
            assertThat(isConnected(link)).isTrue();
            link.end();
        }
    }

    private boolean isConnected(RedisLink link) {
        return time.<Boolean>asked(told -> told.accept(link.isConnected()));
    }

    private static String said(RedisServer redis, String line) {
        try {
            return redis.say(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRedisThatIsNotThereFailsStepsAtOnceAfterTheFirst() {
        RedisLink link = link("redis://127.0.0.1:1", Optional.empty(), Optional.empty());
        assertThat(take(link, "all")).isEqualTo("it cannot be reached");
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertThat(take(link, "all")).isEqualTo("it cannot be reached");
        }
        assertThat(System.nanoTime() - start).isLessThan(1_000_000_000L);
        link.end();
    }

    /** It takes connections, as the kernel does for a process that hangs, and nobody waits to find that out again. */
    @Test
    void aRedisThatHangsFailsStepsAtOnceAfterTheFirst() throws Exception {
        try (ServerSocketChannel hangs = ServerSocketChannel.open()) {
            hangs.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            hangs.configureBlocking(false);
            int port = hangs.socket().getLocalPort();
            RedisLink link =
                    link("redis://127.0.0.1:" + port, Optional.empty(), Optional.empty(), Duration.ofMillis(200));
            assertThat(take(link, "all")).startsWith("no answer");
            AtomicInteger connections = new AtomicInteger();
            await(
                    () -> { // for the first, for another, and for one more when that has not answered either
                        long start = System.nanoTime();
                        assertThat(take(link, "all")).isEqualTo("no answer");
                        assertThat(System.nanoTime() - start).isLessThan(1_000_000_000L);
                        return hangs.accept() != null && connections.incrementAndGet() == 3;
                    });
            assertThat(log.lines()).containsExactly("store shared: not connected: no answer");
            link.end();
        }
    }

    /** As one does that is stopped at that moment. */
    @Test
    void aRedisThatHangsOnceItHasGreetedIsGivenUp() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> greetAll(hangs, connections));
            String uri = "redis://127.0.0.1:" + hangs.getLocalPort();
            RedisLink link = link(uri, Optional.empty(), Optional.empty(), Duration.ofMillis(200));
            assertThat(take(link, "all")).startsWith("no answer");
            await(() -> {
                assertThat(take(link, "all")).isEqualTo("no answer");
                assertThat(isConnected(link)).isFalse();
                return connections.get() == 3; // neither of those before was waited for without end
            });
            assertThat(log.lines()).containsExactly("store shared: not connected: no answer");
            link.end();
        }
    }

    private static void greetAll(ServerSocket server, AtomicInteger connections) {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> greet(client, connections));
            } catch (IOException e) {
                return; // closed by the test
            }
        }
    }

    /** Answers what a client says of itself, and not to a PING. */
    private static void greet(Socket client, AtomicInteger connections) {
        try (client) {
            byte[] read = new byte[1024];
            for (int length = client.getInputStream().read(read);
                    length > 0;
                    length = client.getInputStream().read(read)) {
                String said = new String(read, 0, length, StandardCharsets.US_ASCII);
                String answer = said.contains("HELLO")
                        ? "%4\r\n+version\r\n+7.0.0\r\n+id\r\n:1\r\n+mode\r\n+standalone\r\n+role\r\n+master\r\n"
                        : "";
                answer += "+OK\r\n".repeat(said.split("SETINFO", -1).length - 1);
                client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                connections.addAndGet(said.split("PING", -1).length - 1);
            }
        } catch (IOException e) {
            // the other end has gone
        }
    }
}
