package io.outrigger.proxy;

import io.outrigger.admin.AdminPort;
import io.outrigger.admin.AdminServer;
import io.outrigger.admin.ReloadView;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.ReadResult;
import io.outrigger.filter.fault.Experiments;
import io.outrigger.filter.fault.FaultMetrics;
import io.outrigger.filter.fault.LiveFaults;
import io.outrigger.filter.observe.Meters;
import io.outrigger.filter.observe.RecentExchanges;
import io.outrigger.metrics.ConfigMeters;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.balance.Resolver;
import io.outrigger.proxy.dns.Dns;
import io.outrigger.proxy.experiment.ExperimentWatch;
import io.outrigger.proxy.health.HealthThread;
import io.outrigger.proxy.log.Logs;
import io.outrigger.proxy.loop.DirectMemory;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.reload.Reloader;
import io.outrigger.proxy.reload.Reloads;
import io.outrigger.proxy.route.FaultMatcher;
import io.outrigger.proxy.tls.FileWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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
    private final HealthThread health;
    private final Loops loops;
    private final Current current;
    private final Listeners listeners;
    private final ExperimentWatch experiments;
    private final AdminServer admins;
    private final Ports ports;
    private final AdminView view;
    private final Compiler compiler;
    private final Compiler.Compiled first;
    private final @Nullable Reloader reloader; // null when there is no file to watch
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    private Proxy(ReadResult.Ok read, ProxyOptions options) {
        InstantSource clock = InstantSource.system();
        Metrics metrics = new Metrics(options.loops());
        this.meters = new Meters(metrics);
        this.logs = options.log().map(out -> Logs.open(out, metrics, clock)).orElse(null);
        if (logs != null) { // before the first line
            logs.configure(read.config().service(), read.config().logging().level());
        }
        this.resolver = new Resolver(Dns::ofThisMachine);
        this.loops = new Loops(options.loops(), options.nativeTransport());
        this.health = new HealthThread(options.nativeTransport());
        RecentExchanges recent = new RecentExchanges(options.loops(), System.nanoTime());
        LiveFaults faults = new LiveFaults(new FaultMetrics(metrics));
        this.compiler = new Compiler(
                loops, metrics, meters, recent, faults, Optional.ofNullable(logs), resolver, watch, health, clock);
        this.first = compiler.compile(read);
        this.current = new Current(first.active());
        this.listeners = new Listeners(current, meters, loops, watch);
        Reloads reloads = new Reloads(read, new ConfigMeters(metrics), clock);
        Experiments all = new Experiments(
                faults, new RouteSights(current, System::nanoTime), FaultMatcher::new, System::nanoTime, clock);
        this.experiments = ExperimentWatch.over(all);
        this.view =
                new AdminView(current, loops, recent, Optional.ofNullable(logs), reloads, all, new ProxyControls(this));
        this.admins = AdminServer.create(view, metrics, Version.current(), clock);
        this.ports = new Ports(admins);
        Installer installer = new Installer(compiler, current, listeners, ports);
        this.reloader = options.source()
                .map(file -> new Reloader(file, reloads, installer))
                .orElse(null);
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
        first.begin();
        ports.prepare(config).commit();
        listeners.prepare(config).commit();
        view.begin();
        if (reloader != null) {
            reloader.begin();
        }
        String complaint = DirectMemory.ofProcess().complaint();
        if (!complaint.isEmpty()) {
            LOG.warning(complaint);
        }
        LOG.info(() ->
                "started " + Version.current() + " with " + loops.count() + " event loops on " + loops.transport());
    }

    /** The address that a listener is really bound to. */
    public SocketAddress listener(String name) {
        return listeners.address(name);
    }

    /** Where the admin port answers; empty when the configuration has none. */
    public Optional<SocketAddress> admin() {
        return ports.admin().map(AdminPort::address);
    }

    /** Where probes and scrapers are answered; empty when the configuration has no port for them. */
    public Optional<SocketAddress> telemetry() {
        return ports.telemetry().map(AdminPort::address);
    }

    /** Reads the configuration file now, without waiting for it to settle; tells on any thread what became of it. */
    void reload(Consumer<ReloadView> then) {
        if (reloader == null) {
            String why = "there is no file to read again (expected: outrigger run -c FILE, and FILE no pipe)";
            then.accept(new ReloadView(Instant.now(), "", ReloadView.Result.REFUSED, List.of(why), "nothing"));
            return;
        }
        reloader.now(then);
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
        if (reloader != null) {
            reloader.end();
        }
        current.drain();
        view.experiments().drain(); // what still comes is to be served
        LOG.info("draining");
        Thread thread = new Thread(this::drainToTheEnd, "outrigger-drain");
        thread.setDaemon(true);
        thread.start();
    }

    private void drainToTheEnd() {
        if (reloader != null) {
            reloader.close(); // what is accepting then is all that there will ever be
        }
        Drain drain = new Drain(
                current.get().read().config().drain(),
                meters,
                compiler::unfinished,
                listeners::connections,
                System::nanoTime);
        try {
            while (!drain.over(listeners::stopAccepting) && !ended.await(DRAIN_LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                // looks again
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    /** Ends everything at once. */
    @Override
    public synchronized void close() {
        if (ended.getCount() == 0) {
            return;
        }
        ending.set(true);
        if (reloader != null) {
            reloader.close();
        }
        listeners.close();
        admins.close();
        experiments.close();
        resolver.close();
        watch.close();
        health.close();
        loops.close();
        compiler.close();
        LOG.info("ended");
        if (logs != null) {
            logs.close();
        }
        ended.countDown();
    }
}
