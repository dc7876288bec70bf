package io.outrigger.proxy.store;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.outrigger.config.StoreConfig;
import io.outrigger.proxy.tls.ClientTls;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Makes connections to the Redis of one store: to it, or to the master that Sentinels name. Immutable. */
final class LettuceClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final int MOST_STEPS = 10_000; // under way at once; beyond it they fail

    /** A connection that is there: it reconnects by itself, and steps that come meanwhile fail. Immutable. */
    record Connection(RedisAsyncCommands<byte[], byte[]> commands, StatefulConnection<byte[], byte[]> connection) {}

    private final ClientResources resources;
    private final RedisClient client;
    private final RedisURI uri;

    /** @param password asked for each connection; empty for none */
    LettuceClient(StoreConfig.Redis config, Supplier<char[]> password) {
        resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .threadFactoryProvider(_ -> threads())
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        uri = RedisURI.create(config.uri().toString());
        uri.setVerifyPeer(SslVerifyMode.FULL); // whatever the URI says
        uri.getSentinels().forEach(sentinel -> sentinel.setVerifyPeer(SslVerifyMode.FULL));
        if (config.passwordFile().isPresent()) {
            RedisCredentials written =
                    uri.getCredentialsProvider().resolveCredentials().block(); // at hand: it is in the URI
            String user = written == null ? null : written.getUsername();
            uri.setCredentialsProvider(
                    RedisCredentialsProvider.from(() -> RedisCredentials.just(user, password.get())));
        }
        client = RedisClient.create(resources);
        client.setOptions(options(config));
    }

    private static Connection of(StatefulRedisConnection<byte[], byte[]> connection) {
        return new Connection(connection.async(), connection);
    }

    CompletableFuture<Connection> connect() {
        return client.connectAsync(ByteArrayCodec.INSTANCE, uri)
                .toCompletableFuture()
                .thenApply(LettuceClient::of);
    }

    /** Closes all connections, and ends the threads. */
    void close() {
        client.shutdownAsync(0, 1, TimeUnit.SECONDS).whenComplete((_, _) -> resources.shutdown(0, 1, TimeUnit.SECONDS));
    }

    private static ThreadFactory threads() {
        return Thread.ofPlatform().daemon().name("outrigger-store-", 1).factory();
    }

    private static ClientOptions options(StoreConfig.Redis config) {
        return ClientOptions.builder()
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(_ -> true) // a step that may have been carried out is not sent again
                .requestQueueSize(MOST_STEPS)
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
}
