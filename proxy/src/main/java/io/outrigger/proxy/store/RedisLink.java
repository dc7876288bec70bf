package io.outrigger.proxy.store;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import io.outrigger.config.StoreConfig;
import io.outrigger.exchange.Loop;
import io.outrigger.proxy.route.Kept;
import io.outrigger.proxy.store.LettuceClient.Connection;
import io.outrigger.proxy.tls.FileWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the Redis of a store, which is made when it is first needed, and again after it was lost. A step that
 * finds none fails at once while Redis is known to be away, and waits for the first connection else. Shared by all loops.
 */
final class RedisLink implements Kept.Active {
    private static final Logger LOG = Logger.getLogger(RedisLink.class.getName());
    private static final Logger CLIENTS = Logger.getLogger("io.lettuce"); // held, so that its level stays
    private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(2); // for the first connection, besides
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500); // after one that failed
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(2); // without any answer: another connection

    static {
        CLIENTS.setLevel(Level.OFF); // it would tell each attempt to connect; what changes is told here, once
    }

    private final String name;
    private final StoreConfig.Redis config;
    private final FileWatch watch;
    private volatile char[] password = {};
    private volatile long answeredNanos;

    // guarded by this
    private @Nullable LettuceClient client; // null before the first step
    private @Nullable CompletableFuture<Connection> connection; // null when there is none to wait for
    private Runnable unwatch = () -> {};
    private long notBeforeNanos; // of the next attempt to connect, where the last one failed
    private String trouble = ""; // why it did; empty where it did not
    private int underWay; // steps whose askers have not been told
    private boolean ended; // no snapshot in force has it

    RedisLink(String name, StoreConfig.Redis config, FileWatch watch) {
        this.name = name;
        this.config = config;
        this.watch = watch;
    }

    @Override
    public synchronized void begin() {
        config.passwordFile().ifPresent(file -> {
            FileWatch.Watched watched = new FileWatch.Watched(List.of(file));
            readPassword(file);
            unwatch = watch.watch(watched, () -> {
                readPassword(file);
                tryAgain();
            });
        });
        if (connection == null) {
            connect();
        }
    }

    /**
     * What is under way goes on; then all connections are closed. Those who still have it may ask again: that opens one
     * once more, for as long as something is under way.
     */
    @Override
    public synchronized void end() {
        ended = true;
        unwatch.run();
        closeIfUnused();
    }

    private void closeIfUnused() {
        if (ended && underWay == 0 && client != null) {
            client.close();
            client = null;
            connection = null;
        }
    }

    private synchronized void stepOver() {
        underWay--;
        closeIfUnused();
    }

    /** Whether a step that comes now would find a connection. From any thread. */
    synchronized boolean isConnected() {
        CompletableFuture<Connection> present = connection;
        return present != null
                && present.state() == Future.State.SUCCESS
                && present.resultNow().connection().isOpen();
    }

    private void readPassword(Path file) {
        try {
            password = Files.readString(file, StandardCharsets.UTF_8).strip().toCharArray();
        } catch (IOException e) {
            password = new char[0];
            LOG.warning(() -> "store " + name + ": passwordFile " + file + " cannot be read");
        }
    }

    private synchronized void tryAgain() {
        trouble = "";
    }

    /** Carries out a step, and tells what it gave, or why nothing is known of it, on that loop, once. */
    void ask(
            Script script,
            List<byte[]> keys,
            List<byte[]> arguments,
            Loop loop,
            Consumer<Object> then,
            Consumer<String> failed) {
        CompletableFuture<Connection> link = connection(System.nanoTime());
        boolean there = link.isDone();
        Waiting waiting = new Waiting(loop, then, failed, this::stepOver);
        long limit = config.timeout().toNanos() + (there ? 0 : CONNECT_NANOS);
        waiting.timer = loop.after(limit, () -> {
            if (waiting.fail("no answer within " + TimeUnit.NANOSECONDS.toMillis(limit) + " ms")) {
                silent(link, System.nanoTime());
            }
        });
        link.whenComplete((connected, thrown) -> {
            if (thrown != null) {
                tell(waiting, null, thrown);
                return;
            }
            byte[][] itsKeys = keys.toArray(byte[][]::new);
            byte[][] itsArguments = arguments.toArray(byte[][]::new);
            call(connected, script, itsKeys, itsArguments).whenComplete((result, problem) -> {
                if (problem == null || problem instanceof RedisCommandExecutionException) {
                    answeredNanos = System.nanoTime();
                }
                tell(waiting, result, problem);
            });
        });
    }

    private static CompletionStage<Object> call(
            Connection connected, Script script, byte[][] keys, byte[][] arguments) {
        CompletionStage<Object> known = connected.ready().apply(keys[0]).thenCompose(_ -> connected
                .commands()
                .evalsha(script.digest(), ScriptOutputType.MULTI, keys, arguments));
        return known.exceptionallyCompose(thrown -> {
            Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
            boolean unknown = (thrown instanceof RedisCommandExecutionException refused
                            && Trouble.code(refused).equals("NOSCRIPT"))
                    || (cause instanceof RedisCommandExecutionException also
                            && Trouble.code(also).equals("NOSCRIPT"));
            return unknown
                    ? connected.commands().eval(script.text(), ScriptOutputType.MULTI, keys, arguments)
                    : CompletableFuture.failedStage(thrown);
        });
    }

    private static void tell(Waiting waiting, @Nullable Object result, @Nullable Throwable thrown) {
        waiting.loop.execute(() -> {
            if (thrown == null && result != null) {
                waiting.succeed(result);
            } else {
                waiting.fail(thrown == null ? "an empty answer" : Trouble.words(thrown));
            }
        });
    }

    private synchronized CompletableFuture<Connection> connection(long now) {
        underWay++;
        CompletableFuture<Connection> present = connection;
        if (present != null) {
            return present;
        }
        if (!trouble.isEmpty() && now - notBeforeNanos < 0) {
            return CompletableFuture.failedFuture(new Trouble.NotConnected(trouble));
        }
        // While Redis is known to be away nobody waits for it.
        CompletableFuture<Connection> fresh = connect();
        return trouble.isEmpty() ? fresh : CompletableFuture.failedFuture(new Trouble.NotConnected(trouble));
    }

    /** On a thread of its own: the client's classes are many, and no loop is to load them. */
    private synchronized CompletableFuture<Connection> connect() {
        CompletableFuture<Connection> fresh = new CompletableFuture<>();
        connection = fresh;
        Thread.ofPlatform().daemon().name("outrigger-store-connects").start(() -> {
            try {
                client().connect().whenComplete((connected, thrown) -> {
                    connected(fresh, thrown);
                    if (thrown == null) {
                        fresh.complete(connected);
                    } else {
                        fresh.completeExceptionally(thrown);
                    }
                });
            } catch (RuntimeException | LinkageError e) {
                LOG.log(Level.SEVERE, e, () -> "store " + name + ": a bug");
                connected(fresh, e);
                fresh.completeExceptionally(e);
            }
        });
        return fresh;
    }

    private synchronized LettuceClient client() {
        if (client == null) {
            client = new LettuceClient(config, () -> password);
        }
        return client;
    }

    private void connected(CompletableFuture<Connection> fresh, @Nullable Throwable thrown) {
        @Nullable String told;
        answeredNanos = System.nanoTime();
        synchronized (this) {
            String before = trouble;
            trouble = thrown == null ? "" : Trouble.words(thrown);
            if (thrown != null && connection == fresh) {
                connection = null;
                notBeforeNanos = System.nanoTime() + PAUSE_NANOS;
            }
            told = trouble.equals(before) && !trouble.isEmpty() ? null : trouble;
            closeIfUnused(); // it was begun before the end, and is there after it
        }
        if (told != null) {
            LOG.info(() -> "store " + name + ": " + (told.isEmpty() ? "connected" : "not connected: " + told));
        }
    }

    /** A connection that has said nothing for long is given up, for the sake of those to come. */
    private void silent(CompletableFuture<Connection> link, long now) {
        synchronized (this) {
            if (connection != link || now - answeredNanos < SILENT_NANOS) {
                return;
            }
            connection = null;
            trouble = "no answer";
            notBeforeNanos = now;
        }
        LOG.info(() -> "store " + name + ": not connected: no answer");
        link.whenComplete((connected, _) -> {
            if (connected != null) {
                connected.connection().closeAsync();
            }
        });
    }
}
