package io.outrigger.proxy.store;

import io.outrigger.admin.SecretFile;
import io.outrigger.config.StoreConfig;
import io.outrigger.exchange.Loop;
import io.outrigger.proxy.route.Kept;
import io.outrigger.proxy.store.LettuceClient.Connection;
import io.outrigger.proxy.tls.FileWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
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

    /** Makes what connects: that loads classes and starts threads. */
    interface Making {
        LettuceClient make(StoreConfig.Redis config, Supplier<char[]> password);
    }

    private final String name;
    private final StoreConfig.Redis config;
    private final FileWatch watch;
    private final Making making;
    private final boolean cluster;
    private final ReentrantLock makingLock = new ReentrantLock(); // of the client; taken before this, and by no loop
    private volatile char[] password = {};
    private volatile long answeredNanos;

    // guarded by this, for a few instructions: loops wait for it
    private @Nullable LettuceClient client; // null before the first step
    private @Nullable CompletableFuture<Connection> connection; // null when there is none to wait for
    private Runnable unwatch = () -> {};
    private long notBeforeNanos; // of the next attempt to connect, where the last one failed
    private String trouble = ""; // why it did; empty where it did not
    private int underWay; // steps whose askers have not been told
    private boolean ended; // no snapshot in force has it

    RedisLink(String name, StoreConfig.Redis config, FileWatch watch) {
        this(name, config, watch, LettuceClient::new);
    }

    RedisLink(String name, StoreConfig.Redis config, FileWatch watch, Making making) {
        this.name = name;
        this.config = config;
        this.watch = watch;
        this.making = making;
        this.cluster = RedisUris.isCluster(config.uri());
    }

    @Override
    public void begin() {
        config.passwordFile().ifPresent(file -> {
            FileWatch.Watched watched = new FileWatch.Watched(List.of(file));
            readPassword(file);
            Runnable stop = watch.watch(watched, () -> {
                readPassword(file);
                tryAgain();
            });
            synchronized (this) {
                unwatch = stop;
            }
        });
        CompletableFuture<Connection> fresh;
        synchronized (this) {
            if (connection != null) {
                return;
            }
            fresh = connection = new CompletableFuture<>();
        }
        connect(fresh);
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

    /** Closing waits for threads to end, and has one of its own for that. */
    private synchronized void closeIfUnused() {
        LettuceClient unused = client;
        if (ended && underWay == 0 && unused != null) {
            Thread.ofPlatform().daemon().name("outrigger-store-closes").start(unused::close);
            client = null;
            connection = null;
        }
    }

    private synchronized boolean isOver() {
        return ended && client == null;
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
            password = new SecretFile(file, "password").read().toCharArray();
        } catch (IOException e) {
            LOG.warning(() -> "store " + name + ": the password before it stays: passwordFile: " + e.getMessage());
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
            connected.carryOut(script, itsKeys, itsArguments).whenComplete((result, problem) -> {
                if (problem == null || Trouble.isAnswer(problem)) {
                    answeredNanos = System.nanoTime();
                }
                if (problem != null && !cluster && Trouble.isRefusalOfAll(problem)) { // of a Cluster it is one node
                    giveUp(link, Trouble.words(problem), System.nanoTime() + PAUSE_NANOS);
                }
                tell(waiting, result, problem);
            });
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

    private CompletableFuture<Connection> connection(long now) {
        CompletableFuture<Connection> fresh;
        String why;
        synchronized (this) {
            underWay++;
            CompletableFuture<Connection> present = connection;
            why = trouble;
            if (present != null && (present.isDone() || why.isEmpty())) {
                return present;
            }
            // While Redis is known to be away nobody waits for it, nor for a connection that may never be made.
            if (present != null || !why.isEmpty() && now - notBeforeNanos < 0) {
                return CompletableFuture.failedFuture(new Trouble.NotConnected(why));
            }
            fresh = connection = new CompletableFuture<>();
        }
        connect(fresh);
        return why.isEmpty() ? fresh : CompletableFuture.failedFuture(new Trouble.NotConnected(why));
    }

    /** On a thread of its own: the client's classes are many, and no loop is to load them, or to wait for who does. */
    private void connect(CompletableFuture<Connection> fresh) {
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
                if (!isOver()) { // or it was closed at that moment
                    LOG.log(Level.SEVERE, e, () -> "store " + name + ": a bug");
                }
                connected(fresh, e);
                fresh.completeExceptionally(e);
            }
        });
    }

    /** One for all: two threads may be here where a connection was given up before it was there. */
    private LettuceClient client() {
        makingLock.lock();
        try {
            LettuceClient present;
            synchronized (this) {
                present = client;
            }
            if (present != null) {
                return present;
            }
            LettuceClient made = making.make(config, () -> password);
            synchronized (this) {
                client = made;
            }
            return made;
        } finally {
            makingLock.unlock();
        }
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
        }
        closeIfUnused(); // it was begun before the end, and is there after it
        if (told != null) {
            LOG.info(() -> "store " + name + ": " + (told.isEmpty() ? "connected" : "not connected: " + told));
        }
    }

    /** A connection that has said nothing for long is given up, for the sake of those to come. */
    private void silent(CompletableFuture<Connection> link, long now) {
        if (now - answeredNanos >= SILENT_NANOS) {
            giveUp(link, "no answer", now);
        }
    }

    private void giveUp(CompletableFuture<Connection> link, String why, long notBefore) {
        synchronized (this) {
            if (connection != link) {
                return;
            }
            connection = null;
            trouble = why;
            notBeforeNanos = notBefore;
        }
        LOG.info(() -> "store " + name + ": not connected: " + why);
        link.whenComplete((connected, _) -> {
            if (connected != null) {
                connected.connection().closeAsync();
            }
        });
    }
}
