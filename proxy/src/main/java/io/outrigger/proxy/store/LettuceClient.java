package io.outrigger.proxy.store;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.ClientResources;
import io.outrigger.config.StoreConfig;
import io.outrigger.proxy.tls.ClientTls;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Makes connections to the Redis of one store: to it, to the master that Sentinels name, or to a Cluster. Immutable. */
final class LettuceClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration GREETING_TIMEOUT = Duration.ofSeconds(2); // for what a new connection asks first
    private static final Duration STEP_TIMEOUT = Duration.ofMinutes(2); // longer than any of ours, which knows more
    private static final Duration AGAIN = Duration.ofSeconds(1); // at the earliest, to learn where the slots are
    private static final Duration AT_THE_LATEST = Duration.ofSeconds(15); // likewise
    private static final int MOST_STEPS = 10_000; // under way at once; beyond it they fail

    /**
     * A connection that is there: it reconnects by itself, and steps that come meanwhile fail. Immutable.
     *
     * @param ready to be asked before a step, with its first key: in a Cluster, whether its node is connected
     */
    record Connection(
            RedisScriptingAsyncCommands<byte[], byte[]> commands,
            StatefulConnection<byte[], byte[]> connection,
            Function<byte[], CompletionStage<?>> ready) {
        /** By the name of the script, and by its text where Redis has not seen that: then nothing was carried out. */
        CompletionStage<Object> carryOut(Script script, byte[][] keys, byte[][] arguments) {
            CompletionStage<Object> known = ready.apply(keys[0])
                    .thenCompose(_ -> commands.evalsha(script.digest(), ScriptOutputType.MULTI, keys, arguments));
            return known.exceptionallyCompose(
                    thrown -> isUnknown(thrown) || thrown.getCause() != null && isUnknown(thrown.getCause())
                            ? commands.eval(script.text(), ScriptOutputType.MULTI, keys, arguments)
                            : CompletableFuture.failedStage(thrown));
        }

        private static boolean isUnknown(Throwable thrown) {
            return thrown instanceof RedisCommandExecutionException refused
                    && Trouble.code(refused).equals("NOSCRIPT");
        }
    }

    /** A step that may have been carried out is not sent again, nor one that was failed and may be too late by then. */
    private static final Predicate<RedisCommand<?, ?, ?>> NONE_AGAIN = _ -> true;

    /** By default it is that of the greeting. */
    private static final TimeoutOptions TIMEOUTS = TimeoutOptions.enabled(STEP_TIMEOUT);

    private static final CompletionStage<?> READY = CompletableFuture.completedStage(true);

    private final ClientResources resources;
    private final AbstractRedisClient client;
    private final Supplier<CompletionStage<Connection>> connecting;

    /** @param password asked for each connection; empty for none */
    LettuceClient(StoreConfig.Redis config, Supplier<char[]> password) {
        resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .threadFactoryProvider(_ -> threads())
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        List<RedisURI> uris = RedisUris.of(config.uri());
        uris.forEach(uri -> secure(uri, config, password));
        uris.forEach(LettuceClient::limitGreeting);
        if (RedisUris.isCluster(config.uri())) {
            RedisClusterClient cluster = RedisClusterClient.create(resources, uris);
            cluster.setOptions(clustered(options(config)));
            client = cluster;
            connecting = () -> cluster.refreshPartitionsAsync() // it connects to nobody before it knows its nodes
                    .thenCompose(_ -> cluster.connectAsync(ByteArrayCodec.INSTANCE))
                    .thenApply(
                            connection -> new Connection(connection.async(), connection, key -> node(connection, key)));
        } else {
            RedisClient single = RedisClient.create(resources);
            single.setOptions(options(config));
            client = single;
            connecting = () -> single.connectAsync(ByteArrayCodec.INSTANCE, uris.getFirst())
                    .thenCompose(LettuceClient::thatIsOfUse);
        }
    }

    /** Redis lets in whoever comes, also while it refuses all that they would have of it. */
    private static CompletionStage<Connection> thatIsOfUse(StatefulRedisConnection<byte[], byte[]> connection) {
        CompletableFuture<String> pong = connection.async().ping().toCompletableFuture();
        pong.orTimeout(GREETING_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        return pong.handle((_, thrown) -> thrown).thenCompose(thrown -> {
            if (thrown == null || Trouble.isAnswer(thrown) && !Trouble.isRefusalOfAll(thrown)) { // such as NOPERM
                return CompletableFuture.completedStage(new Connection(connection.async(), connection, _ -> READY));
            }
            connection.closeAsync();
            return CompletableFuture.failedStage(thrown);
        });
    }

    /**
     * The node that has a key, once it is connected, which happens when it is first asked for. The client rejects a
     * step that has to wait for that, as if the connection had been lost: a Cluster would refuse the first step at each
     * of its nodes.
     */
    private static CompletionStage<?> node(StatefulRedisClusterConnection<byte[], byte[]> connection, byte[] key) {
        RedisClusterNode node = connection.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
        return node == null
                ? READY // nobody has it: the client says so
                : connection.getConnectionAsync(
                        node.getUri().getHost(), node.getUri().getPort());
    }

    /** The time for what a connection asks first; that for steps is ours. */
    private static void limitGreeting(RedisURI uri) {
        uri.setTimeout(GREETING_TIMEOUT);
        uri.getSentinels().forEach(sentinel -> sentinel.setTimeout(GREETING_TIMEOUT));
    }

    private static void secure(RedisURI uri, StoreConfig.Redis config, Supplier<char[]> password) {
        uri.setVerifyPeer(SslVerifyMode.FULL); // whatever the URI says
        uri.getSentinels().forEach(sentinel -> sentinel.setVerifyPeer(SslVerifyMode.FULL));
        if (config.passwordFile().isPresent()) {
            RedisCredentials written =
                    uri.getCredentialsProvider().resolveCredentials().block(); // at hand: it is in the URI
            String user = written == null ? null : written.getUsername();
            uri.setCredentialsProvider(
                    RedisCredentialsProvider.from(() -> RedisCredentials.just(user, password.get())));
        }
    }

    CompletionStage<Connection> connect() {
        return connecting.get();
    }

    /** Closes all connections, and ends the threads. */
    void close() {
        // This ends the loops. They go on until nothing has come for a moment: one that ended at once would leave a
        // connection that a thread has just handed to it as it is, with its buffer.
        client.shutdownAsync(100, 1000, TimeUnit.MILLISECONDS)
                .whenComplete((_, _) -> resources.shutdown(100, 1000, TimeUnit.MILLISECONDS));
    }

    private static ThreadFactory threads() {
        return Thread.ofPlatform().daemon().name("outrigger-store-", 1).factory();
    }

    static ClientOptions options(StoreConfig.Redis config) {
        return ClientOptions.builder()
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(NONE_AGAIN)
                .requestQueueSize(MOST_STEPS)
                .timeoutOptions(TIMEOUTS)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(true)
                        .build())
                .sslOptions(SslOptions.builder()
                        .jdkSslProvider()
                        .handshakeTimeout(CONNECT_TIMEOUT)
                        .sslContext(context -> ClientTls.trust(config.caFile(), context))
                        .build())
                .build();
    }

    /** Learns of slots that have moved when a node says so, or is gone; and in any case after a while. */
    static ClusterClientOptions clustered(ClientOptions options) {
        ClusterClientOptions.Builder clustered = ClusterClientOptions.builder(options);
        clustered.replayFilter(NONE_AGAIN); // the builder copies neither this nor the next
        clustered.timeoutOptions(TIMEOUTS);
        clustered.maintNotificationsConfig(MaintNotificationsConfig.disabled()); // the default wants org.slf4j
        return clustered
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enableAllAdaptiveRefreshTriggers()
                        .adaptiveRefreshTriggersTimeout(AGAIN)
                        .enablePeriodicRefresh(AT_THE_LATEST)
                        .build())
                .build();
    }
}
