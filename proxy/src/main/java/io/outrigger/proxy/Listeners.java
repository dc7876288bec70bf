package io.outrigger.proxy;

import io.outrigger.config.Address;
import io.outrigger.config.LimitsConfig;
import io.outrigger.config.ListenerConfig;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.filter.observe.Meters;
import io.outrigger.proxy.downstream.ClientLimits;
import io.outrigger.proxy.downstream.Listener;
import io.outrigger.proxy.http1.HeadLimits;
import io.outrigger.proxy.log.Logs;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.tls.FileWatch;
import io.outrigger.proxy.tls.ServerTls;
import io.outrigger.proxy.tls.UnusableFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Logger;

/**
 * The listeners of the configuration in force, and those that a reload has taken away while they still had clients.
 * Changed on the thread that starts and reloads. Shared by all loops.
 */
final class Listeners implements AutoCloseable {
    private static final Logger LOG = Logs.logger(Listeners.class);
    private static final Duration LEAVING =
            Duration.ofSeconds(5); // for clients of a listener that is gone to ask once more

    private record Open(ListenerConfig config, Listener listener, Gate gate, Optional<Secured> tls) {}

    /** TLS with the clients of a listener, and what ends the following of its files. Immutable. */
    private record Secured(ServerTls tls, Runnable forget) {}

    private final Current current;
    private final Meters meters;
    private final Loops loops;
    private final FileWatch watch;
    private final Queue<Listener> leaving = new ConcurrentLinkedQueue<>();
    private volatile Map<String, Open> open = Map.of(); // by place, in the order of the file

    Listeners(Current current, Meters meters, Loops loops, FileWatch watch) {
        this.current = current;
        this.meters = meters;
        this.loops = loops;
        this.watch = watch;
    }

    /**
     * Binds what a configuration has and the present one has not.
     *
     * @throws IOException when an address cannot be bound; the message names it, and nothing has changed
     */
    Change prepare(OutriggerConfig config) throws IOException {
        Change change = new Change();
        try {
            for (ListenerConfig listener : config.listeners()) {
                change.take(listener);
            }
            return change;
        } catch (IOException e) {
            change.abandon();
            throw e;
        }
    }

    /** From the present listeners to others. Confined to the thread that starts and reloads. */
    final class Change {
        private final Map<String, Open> next = new LinkedHashMap<>();
        private final Map<String, Open> gone = new LinkedHashMap<>(open);
        private final List<Listener> fresh = new ArrayList<>();
        private final List<Runnable> changes = new ArrayList<>(); // of those that stay
        private final List<Secured> freshTls = new ArrayList<>();
        private final List<Secured> goneTls = new ArrayList<>();

        private void take(ListenerConfig config) throws IOException {
            Open now = gone.remove(config.place());
            boolean sameTls = now != null && secures(now.config).equals(secures(config));
            Optional<Secured> tls = now != null && sameTls ? now.tls : secured(config);
            Listener.Terms terms = new Listener.Terms(
                    config.name(),
                    config.limits().connections(),
                    limits(config.limits()),
                    tls.map(Secured::tls).orElse(null));
            if (now == null) {
                Gate gate = new Gate(config.place(), current);
                Listener listener =
                        new Listener(socket(config.address()), terms, gate, meters.downstreamConnections(), loops);
                fresh.add(listener);
                next.put(config.place(), new Open(config, listener, gate, tls));
                return;
            }
            changes.add(() -> now.listener.change(terms));
            if (!sameTls) {
                now.tls.ifPresent(goneTls::add);
            }
            next.put(config.place(), new Open(config, now.listener, now.gate, tls));
        }

        private Optional<Secured> secured(ListenerConfig config) throws IOException {
            if (config.tls().isEmpty()) {
                return Optional.empty();
            }
            try {
                ServerTls tls = ServerTls.of(
                        config.name(),
                        config.tls().get(),
                        config.limits().headTimeout().toNanos(),
                        meters.handshakes(config.name()));
                Secured secured = new Secured(tls, tls.follow(watch));
                freshTls.add(secured);
                return Optional.of(secured);
            } catch (UnusableFile e) {
                throw new IOException("listener " + config.name() + ": " + e.getMessage(), e);
            }
        }

        /** What TLS of a listener is made of. */
        private static List<?> secures(ListenerConfig config) {
            return config.tls().isEmpty()
                    ? List.of()
                    : List.of(config.tls(), config.name(), config.limits().headTimeout());
        }

        /** Lets the clients of those that go be served by what is in force now. To be called before anything else is. */
        void closeGates() {
            gone.values().forEach(one -> one.gate.close(current.get()));
        }

        /** To be called when the configuration is in force. */
        void commit() {
            open = next;
            changes.forEach(Runnable::run);
            for (Listener listener : fresh) {
                listener.begin();
                LOG.info(() -> "listener " + listener.name() + " accepts at " + text(listener.address()));
            }
            leaving.removeIf(listener -> listener.connections() == 0);
            gone.values().forEach(one -> {
                one.tls.ifPresent(goneTls::add);
                leave(one.listener);
            });
            goneTls.forEach(secured -> {
                secured.forget.run();
                later(secured.tls::release); // a client may have been accepted and not yet secured
            });
        }

        /** Gives back what was bound. */
        void abandon() {
            fresh.forEach(Listener::close);
            freshTls.forEach(secured -> {
                secured.forget.run();
                secured.tls.release();
            });
        }
    }

    /** Its clients are asked to go with their next answer; those that send nothing until then are left. */
    private void leave(Listener listener) {
        leaving.add(listener);
        listener.stopAccepting();
        listener.awaitStopped(); // the address is free for the next configuration
        LOG.info(() -> "listener " + listener.name() + " accepts no more at " + text(listener.address()));
        later(listener::closeIdle);
    }

    /** When what is gone has had its time. */
    private void later(Runnable task) {
        NettyLoop any = loops.all().getFirst();
        any.execute(() -> any.after(LEAVING.toNanos(), task));
    }

    /** The address that a listener is really bound to. */
    SocketAddress address(String name) {
        for (Open one : open.values()) {
            if (one.listener.name().equals(name)) {
                return one.listener.address();
            }
        }
        throw new IllegalArgumentException("listener: " + name + " (expected: one of " + open.keySet() + ")");
    }

    /** The clients that are connected, those of listeners that have gone as well. */
    long connections() {
        return all().stream().mapToLong(Listener::connections).sum();
    }

    /** Accepts no more clients, and ends the connections of those that wait for nothing. */
    void stopAccepting() {
        List<Listener> all = all();
        all.forEach(Listener::stopAccepting);
        all.forEach(Listener::awaitStopped);
        all.forEach(Listener::closeIdle);
    }

    /** Ends all of them at once, with all their clients. */
    @Override
    public void close() {
        all().forEach(Listener::close);
    }

    private List<Listener> all() {
        List<Listener> all = new ArrayList<>(leaving);
        open.values().forEach(one -> all.add(one.listener));
        return all;
    }

    private static ClientLimits limits(LimitsConfig limits) {
        HeadLimits head = new HeadLimits(
                Math.toIntExact(limits.headerBytes().bytes()),
                limits.headerCount(),
                Math.toIntExact(limits.uriBytes().bytes()));
        return new ClientLimits(
                head,
                limits.headTimeout().toNanos(),
                limits.idleTimeout().toNanos(),
                limits.bodyIdleTimeout().toNanos());
    }

    private static SocketAddress socket(Address address) {
        return address instanceof Address.Tcp tcp
                ? new InetSocketAddress(tcp.host(), tcp.port())
                : UnixDomainSocketAddress.of(((Address.Unix) address).path());
    }

    static String text(SocketAddress address) {
        return address instanceof InetSocketAddress tcp
                ? tcp.getAddress().getHostAddress() + ':' + tcp.getPort()
                : "unix:" + address;
    }
}
