package io.outrigger.proxy;

import io.outrigger.admin.AdminPort;
import io.outrigger.admin.AdminServer;
import io.outrigger.config.Address;
import io.outrigger.config.LimitsConfig;
import io.outrigger.config.ListenerConfig;
import io.outrigger.config.ListenerTlsConfig;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.ReadResult;
import io.outrigger.filter.observe.Meters;
import io.outrigger.filter.observe.RecentExchanges;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.balance.Resolver;
import io.outrigger.proxy.downstream.ClientLimits;
import io.outrigger.proxy.downstream.Listener;
import io.outrigger.proxy.http1.HeadLimits;
import io.outrigger.proxy.log.Logs;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.tls.FileWatch;
import io.outrigger.proxy.tls.ServerTls;
import io.outrigger.proxy.tls.UnusableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The running proxy: all parts, started and ended in order. Shared by all loops. */
public final class Proxy implements AutoCloseable {
    private static final Logger LOG = Logs.logger(Proxy.class); // and not by itself: Logs comes before any other log
    private static final long DRAIN_LOOK_MILLIS = 20;

    private final Meters meters;
    private final @Nullable Logs logs; // null when nothing is logged
    private final Resolver resolver;
    private final FileWatch watch = new FileWatch();
    private final Loops loops;
    private final Current current;
    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    private final AdminServer admins;
    private final AdminView view;
    private @Nullable AdminPort adminPort; // null when the configuration has none
    private @Nullable AdminPort telemetryPort; // likewise
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    private Proxy(ReadResult.Ok read, ProxyOptions options) {
        InstantSource clock = InstantSource.system();
        Metrics metrics = new Metrics(options.loops());
        this.meters = new Meters(metrics);
        this.logs = options.log().map(out -> Logs.open(out, metrics, clock)).orElse(null);
        this.resolver = Resolver.system();
        this.loops = new Loops(options.loops(), options.nativeTransport());
        RecentExchanges recent = new RecentExchanges(options.loops(), System.nanoTime());
        Compiler compiler =
                new Compiler(loops, metrics, meters, recent, Optional.ofNullable(logs), resolver, watch, clock);
        this.current = new Current(compiler.compile(read));
        this.view = new AdminView(current, loops, recent, Optional.ofNullable(logs));
        this.admins = AdminServer.create(view, metrics, Version.current(), clock);
    }

    /**
     * Starts all of it. The listeners are bound when this returns.
     *
     * @throws StartException when an address cannot be bound; everything has been stopped again then
     */
    public static Proxy start(ReadResult.Ok read, ProxyOptions options) throws StartException {
        Proxy proxy;
        try {
            proxy = new Proxy(read, options);
        } catch (UncheckedIOException e) { // a file of keys has gone bad since it was checked
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        try {
            proxy.open(read.config());
        } catch (IOException e) {
            proxy.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        return proxy;
    }

    /** The ports for operators come first: whoever gets an answer from a listener can ask there what it was. */
    private void open(OutriggerConfig config) throws IOException {
        if (config.admin().isPresent()) {
            adminPort = admins.open(config.admin().get());
        }
        if (config.telemetry().isPresent()) {
            telemetryPort = admins.open(config.telemetry().get());
        }
        for (ListenerConfig listener : config.listeners()) {
            listeners.put(listener.name(), listen(listener));
        }
        view.begin();
        listeners.forEach(
                (name, listener) -> LOG.info(() -> "listener " + name + " accepts at " + text(listener.address())));
        admin().ifPresent(address -> LOG.info(() -> "admin answers at " + text(address)));
        telemetry().ifPresent(address -> LOG.info(() -> "telemetry answers at " + text(address)));
        LOG.info(() ->
                "started " + Version.current() + " with " + loops.count() + " event loops on " + loops.transport());
    }

    private Listener listen(ListenerConfig config) throws IOException {
        LimitsConfig limits = config.limits();
        HeadLimits head = new HeadLimits(
                Math.toIntExact(limits.headerBytes().bytes()),
                limits.headerCount(),
                Math.toIntExact(limits.uriBytes().bytes()));
        ClientLimits bears = new ClientLimits(
                head,
                limits.headTimeout().toNanos(),
                limits.idleTimeout().toNanos(),
                limits.bodyIdleTimeout().toNanos());
        Gate gate = new Gate(config.name(), current);
        return new Listener(
                config.name(),
                socket(config.address()),
                limits.connections(),
                bears,
                gate,
                meters.downstreamConnections(),
                loops,
                config.tls().isPresent() ? tls(config.name(), config.tls().get(), bears) : null);
    }

    private ServerTls tls(String listener, ListenerTlsConfig config, ClientLimits limits) throws IOException {
        try {
            ServerTls tls = ServerTls.of(listener, config, limits.headNanos(), meters.handshakes(listener));
            tls.follow(watch);
            return tls;
        } catch (UnusableFile e) {
            throw new IOException("listener " + listener + ": " + e.getMessage(), e);
        }
    }

    /** The address that a listener is really bound to. */
    public SocketAddress listener(String name) {
        Listener listener = listeners.get(name);
        if (listener == null) {
            throw new IllegalArgumentException("listener: " + name + " (expected: one of " + listeners.keySet() + ")");
        }
        return listener.address();
    }

    /** Where the admin port answers; empty when the configuration has none. */
    public Optional<SocketAddress> admin() {
        return Optional.ofNullable(adminPort).map(AdminPort::address);
    }

    /** Where probes and scrapers are answered; empty when the configuration has no port for them. */
    public Optional<SocketAddress> telemetry() {
        return Optional.ofNullable(telemetryPort).map(AdminPort::address);
    }

    /** Waits until the proxy has ended. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** Begins to end: what still comes is served, and the connections are asked to close. Returns at once. */
    public void drain() {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        current.drain();
        LOG.info("draining");
        Thread thread = new Thread(this::drainToTheEnd, "outrigger-drain");
        thread.setDaemon(true);
        thread.start();
    }

    private void drainToTheEnd() {
        Drain drain = new Drain(current.get().read().config().drain(), meters, System::nanoTime);
        try {
            while (!drain.over(this::stopAccepting) && !ended.await(DRAIN_LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                // looks again
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    private void stopAccepting() {
        for (Listener listener : listeners.values()) {
            listener.stopAccepting();
            listener.closeIdle();
        }
    }

    /** Ends everything at once. */
    @Override
    public synchronized void close() {
        if (ended.getCount() == 0) {
            return;
        }
        ending.set(true);
        listeners.values().forEach(Listener::close);
        admins.close();
        resolver.close();
        watch.close();
        loops.close();
        LOG.info("ended");
        if (logs != null) {
            logs.close();
        }
        ended.countDown();
    }

    private static SocketAddress socket(Address address) {
        return address instanceof Address.Tcp tcp
                ? new InetSocketAddress(tcp.host(), tcp.port())
                : UnixDomainSocketAddress.of(((Address.Unix) address).path());
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress tcp
                ? tcp.getAddress().getHostAddress() + ':' + tcp.getPort()
                : "unix:" + address;
    }
}
