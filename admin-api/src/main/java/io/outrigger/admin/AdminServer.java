package io.outrigger.admin;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.outrigger.config.Address;
import io.outrigger.config.AdminConfig;
import io.outrigger.config.TelemetryConfig;
import io.outrigger.metrics.Metrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Logger;

/** Serves the admin and telemetry ports on one thread of its own. Shared by all loops. */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AdminServer.class.getName());
    private static final int MOST_CONNECTIONS = 128; // a port
    private static final long MOST_ANSWER_BYTES = 4 * 1024 * 1024; // a port

    private final MultiThreadIoEventLoopGroup thread;
    private final EventLoop own;
    private final ChannelGroup everything; // all ports and their connections
    private final InstantSource clock;
    private final Patience.Limits limits;
    private final MetricsPage metricsPage;
    private final Pages adminPages;
    private final Pages telemetryPages;

    private AdminServer(ProxyView proxy, Metrics metrics, String version, InstantSource clock, Patience.Limits limits) {
        this.thread = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("outrigger-admin", true), NioIoHandler.newFactory());
        this.own = thread.next();
        this.everything = new DefaultChannelGroup(own, true);
        this.clock = clock;
        this.limits = limits;
        this.metricsPage = new MetricsPage(metrics);
        List<Operation> all = operations(proxy, metrics, version);
        this.adminPages = new Pages(all);
        this.telemetryPages = new Pages(all.stream()
                .filter(operation -> operation.audience() == Operation.Audience.PROBES)
                .toList());
    }

    /** In the order in which people should read of them. */
    private List<Operation> operations(ProxyView proxy, Metrics metrics, String version) {
        List<Operation> all = new ArrayList<>();
        OpenApiPage openApi = new OpenApiPage(version);
        DashboardPage dashboard = new DashboardPage();
        all.add(dashboard.operation());
        all.add(metricsPage.operation());
        all.addAll(new StatePages(proxy, own).operations());
        all.add(new ConfigPage(proxy).operation());
        all.add(new CheckPage(proxy, own).operation());
        all.addAll(new ControlPages(proxy, own).operations());
        CircuitPage circuits = new CircuitPage(proxy, System::nanoTime);
        SloPage slos = new SloPage(proxy);
        all.addAll(new RoutePages(proxy, metrics, circuits, slos).operations());
        all.add(circuits.operation());
        all.addAll(new KeyPages(proxy, own).operations());
        all.add(slos.operation());
        all.addAll(new ExperimentPages(proxy).operations());
        all.add(new ExplainPage(proxy).operation());
        all.add(new UpstreamPage(proxy, metrics).operation());
        all.addAll(new RequestPages(proxy, clock, System::nanoTime).operations());
        all.addAll(new LoggingPages(proxy, own, clock).operations());
        all.add(openApi.operation());
        openApi.describes(all);
        dashboard.lists(all);
        return all;
    }

    /** Makes a server without ports; its thread starts with the first one. */
    public static AdminServer create(ProxyView proxy, Metrics metrics, String version, InstantSource clock) {
        ProcessMeters.register(metrics, version);
        return create(proxy, metrics, version, clock, Patience.Limits.USUAL);
    }

    static AdminServer create(
            ProxyView proxy, Metrics metrics, String version, InstantSource clock, Patience.Limits limits) {
        return new AdminServer(proxy, metrics, version, clock, limits);
    }

    /**
     * Opens the port for everything.
     *
     * @throws IOException when it cannot be bound, or the token cannot be read; the message names the address or file
     */
    public AdminPort open(AdminConfig config) throws IOException {
        return open("admin", config.address(), access(config), gates(config));
    }

    /**
     * What is to be run to have an open port let clients in as this says, whatever its address.
     *
     * @throws IOException when the token cannot be read; the message names the file
     */
    public Runnable renewal(AdminPort port, AdminConfig config) throws IOException {
        Function<SocketAddress, Gate> gates = gates(config);
        return () -> {
            port.renew(gates);
            if (port.address() instanceof UnixDomainSocketAddress unix) {
                allow(new SocketFile(unix.getPath()), access(config));
            }
        };
    }

    private static void allow(SocketFile file, SocketFile.Access access) {
        try {
            file.allow(access);
        } catch (IOException e) {
            LOG.severe("admin: who may connect to " + file.path() + " cannot be changed: " + e.getMessage());
        }
    }

    private static SocketFile.Access access(AdminConfig config) {
        return config.tokenFile().isPresent() ? SocketFile.Access.EVERYONE : SocketFile.Access.OWNER;
    }

    private Function<SocketAddress, Gate> gates(AdminConfig config) throws IOException {
        Optional<BearerToken> token = config.tokenFile().isPresent()
                ? Optional.of(token(config.tokenFile().get()))
                : Optional.empty();
        return bound -> new Gate(adminPages, Optional.of(new OwnHosts(bound, config.hosts())), token);
    }

    private static BearerToken token(Path file) throws IOException {
        try {
            return new BearerToken(file);
        } catch (IOException e) {
            throw new IOException("admin.tokenFile: " + e.getMessage(), e);
        }
    }

    /**
     * Opens the port for probes and scrapers, who come by whatever name the pod has.
     *
     * @throws IOException when it cannot be bound; the message names the address
     */
    public AdminPort open(TelemetryConfig config) throws IOException {
        Gate gate = new Gate(telemetryPages, Optional.empty(), Optional.empty());
        return open("telemetry", config.address(), SocketFile.Access.EVERYONE, _ -> gate);
    }

    private AdminPort open(String what, Address address, SocketFile.Access access, Function<SocketAddress, Gate> gate)
            throws IOException {
        ChannelGroup connections = new DefaultChannelGroup(own);
        Gates gates = new Gates(gate);
        Guests guests = new Guests(MOST_CONNECTIONS, MOST_ANSWER_BYTES);
        SocketAddress socket = address instanceof Address.Tcp tcp
                ? new InetSocketAddress(tcp.host(), tcp.port())
                : UnixDomainSocketAddress.of(((Address.Unix) address).path());
        if (socket instanceof UnixDomainSocketAddress unix) {
            new SocketFile(unix.getPath()).clear();
        }
        Consumer<Channel> arrived = channel -> {
            connections.add(channel);
            everything.add(channel);
            converse(channel, gates.at(channel.parent().localAddress()), guests);
        };
        ServerChannel server =
                address instanceof Address.Tcp ? new NioServerSocketChannel() : new NioServerDomainSocketChannel();
        try {
            new Acceptor(thread, arrived, _ -> {}).bind(server, socket);
        } catch (IOException e) {
            throw new IOException(what + ": cannot bind " + address + ": " + reason(e), e);
        }
        everything.add(server);
        if (socket instanceof UnixDomainSocketAddress unix) {
            new SocketFile(unix.getPath()).allow(access);
        }
        return new AdminPort(server, connections, gates);
    }

    private void converse(Channel channel, Gate gate, Guests guests) {
        channel.config().setAllocator(new UnpooledByteBufAllocator(false));
        channel.config()
                .setOption(
                        ChannelOption.SO_SNDBUF, 64 * 1024); // or the kernel holds megabytes for whoever reads nothing
        Patience patience = new Patience(limits, guests);
        channel.pipeline()
                .addLast(patience)
                .addLast(codec())
                .addLast(new FlowControlHandler())
                .addLast(new Conversation(gate, patience, clock));
    }

    private static String reason(IOException cause) {
        return cause.getCause() instanceof UnresolvedAddressException
                ? "the name does not resolve"
                : String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    }

    private static HttpServerCodec codec() {
        return new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(4096)
                .setMaxHeaderSize(16 * 1024)
                .setMaxChunkSize(8 * 1024)
                .setStrictLineParsing(true));
    }

    /** Closes everything, and waits a few seconds at most until the thread has ended. */
    @Override
    public void close() {
        everything
                .close()
                .awaitUninterruptibly(5, TimeUnit.SECONDS); // a loop that ends before them keeps their buffers
        own.execute(metricsPage::close);
        thread.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
