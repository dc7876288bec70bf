package io.outrigger.proxy;

import io.outrigger.proxy.cli.Exit;
import io.outrigger.proxy.cli.Terminal;
import io.outrigger.proxy.demo.DemoConfig;
import io.outrigger.proxy.demo.FlakyServer;
import io.outrigger.proxy.demo.Pace;
import io.outrigger.proxy.demo.Story;
import io.outrigger.proxy.demo.Traffic;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/** The command {@code demo}: a flaky service, the proxy in front of it, and an app that calls. Shared by all loops. */
final class Demo implements AutoCloseable {
    private final FlakyServer steady;
    private final FlakyServer moody;
    private final Proxy proxy;
    private final Story story;

    private Demo(FlakyServer steady, FlakyServer moody, Proxy proxy, Story story) {
        this.steady = steady;
        this.moody = moody;
        this.proxy = proxy;
        this.story = story;
    }

    static int untilToldToEnd(int port, int adminPort, Terminal terminal) throws StartException {
        try (Demo demo = start(port, adminPort, Pace.USUAL, terminal)) {
            Signals.onEnd(_ -> demo.proxy.close());
            demo.proxy.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants this thread back; everything has been closed
        }
        return Exit.FINE;
    }

    /** Starts all parts; says what to look at, and from then on what happens. */
    static Demo start(int port, int adminPort, Pace pace, Terminal terminal) throws StartException {
        FlakyServer steady = server("steady");
        FlakyServer moody = server("moody");
        Proxy proxy;
        try {
            ProxyOptions options = ProxyOptions.defaults().withLog(terminal.err());
            proxy = Proxy.start(DemoConfig.read(port, adminPort, steady.port(), moody.port()), options);
        } catch (StartException e) {
            steady.close();
            moody.close();
            throw new StartException(
                    e.getMessage() + "\nto take any ports that are free: outrigger demo --port 0 --admin-port 0", e);
        }
        PrintStream out = terminal.answers();
        SocketAddress app = proxy.listener("outbound");
        out.println(introduction(text(app), text(proxy.admin().orElseThrow())));
        Traffic traffic = new Traffic(app, List.of("flaky", "bare"));
        return new Demo(steady, moody, proxy, Story.begin(moody, traffic, pace, out));
    }

    private static FlakyServer server(String name) throws StartException {
        try {
            return new FlakyServer(name);
        } catch (IOException e) {
            throw new StartException("demo: the " + name + " endpoint cannot listen: " + e.getMessage(), e);
        }
    }

    Proxy proxy() {
        return proxy;
    }

    /** The endpoint whose mood changes. */
    FlakyServer moody() {
        return moody;
    }

    @Override
    public void close() {
        story.close();
        proxy.close();
        steady.close();
        moody.close();
    }

    private static String introduction(String proxy, String admin) {
        return """
                A service has two endpoints; one is steady, the other has moods. An app calls it through Outrigger,
                four times a second under each of two names: "flaky" has timeouts and retries, "bare" has not.

                  curl -i -H 'Host: flaky' http://%s/
                  curl -i -H 'Host: bare' http://%s/
                  http://%s/    metrics, routes, upstreams, configuration in force

                The configuration: outrigger demo --print-config. Ctrl-C ends it.
                """.formatted(proxy, proxy, admin);
    }

    private static String text(SocketAddress address) {
        InetSocketAddress tcp = (InetSocketAddress) address;
        return tcp.getAddress().getHostAddress() + ":" + tcp.getPort();
    }
}
