package io.outrigger.proxy.dns;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.outrigger.proxy.balance.NameService;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up in the hosts file and by DNS, over UDP and for long answers over TCP. Each question goes out from a port
 * of its own, so that answers are hard to forge (RFC 5452) and nothing is open in between. Shared by all loops; what is
 * looked up is confined to its own.
 *
 * <p>Of Netty's client only the questions are used. Its search list goes on to the next ending when a server fails, its
 * answers do not tell their TTL, and its view of resolv.conf and of the hosts file is that of the start.
 *
 * <p>All A and AAAA records count. A machine without IPv6 is given A records only, and AAAA records where there are no
 * others: the connection then fails for a reason that can be read. Hosts of one kind of address only are the reason to do
 * so: Envoy has {@code AUTO} and {@code V4_PREFERRED} for them.
 */
public final class Dns implements NameService {
    /** The system property with the path of another resolv.conf. */
    public static final String RESOLV_CONF = "outrigger.resolvConf";

    private static final Duration HOSTS_TTL = Duration.ofSeconds(5); // of what costs nothing to ask
    private static final int PAYLOAD_BYTES = 1232; // what no network has to cut in pieces

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final Path resolvConf;
    private final HostsFile hosts;
    private final Supplier<Reach> reach;
    private ResolvConf config = ResolvConf.parse(List.of()); // confined to the loop
    private @Nullable DnsNameResolver client; // null before the first question; confined to the loop

    Dns(Path resolvConf, HostsFile hosts, Supplier<Reach> reach) {
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("outrigger-dns", true), NioIoHandler.newFactory());
        this.loop = group.next();
        this.resolvConf = resolvConf;
        this.hosts = hosts;
        this.reach = reach;
    }

    /** By the files of this machine. */
    public static Dns ofThisMachine() {
        Path resolvConf = Path.of(System.getProperty(RESOLV_CONF, "/etc/resolv.conf"));
        return new Dns(resolvConf, new HostsFile(Path.of("/etc/hosts")), Reach::now);
    }

    @Override
    public ScheduledExecutorService thread() {
        return loop;
    }

    @Override
    public void find(String name, Consumer<? super Found> then) {
        assert loop.inEventLoop();
        Reach able = reach.get();
        String bare = (name.endsWith(".") ? name.substring(0, name.length() - 1) : name).toLowerCase(Locale.ROOT);
        List<InetAddress> local = hosts.addresses(bare);
        if (local.isEmpty()) {
            new Search(
                            client(),
                            able,
                            config.candidates(name.toLowerCase(Locale.ROOT)).iterator(),
                            then)
                    .next();
            return;
        }
        List<InetAddress> reached = local.stream().filter(able::reaches).toList();
        List<InetAddress> all = reached.isEmpty() ? local : reached;
        then.accept(new Found(
                new Records(all.stream().filter(Inet4Address.class::isInstance).toList(), HOSTS_TTL, ""),
                new Records(
                        all.stream()
                                .filter(one -> !(one instanceof Inet4Address))
                                .toList(),
                        HOSTS_TTL,
                        "")));
    }

    /** What is under way is not answered any more. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    /** One that asks as resolv.conf says now. */
    private Questions client() {
        ResolvConf now = ResolvConf.read(resolvConf);
        DnsNameResolver its = client;
        if (its == null || !now.equals(config)) {
            if (its != null) {
                its.close();
            }
            config = now;
            client = its = new DnsNameResolverBuilder(loop)
                    .datagramChannelType(NioDatagramChannel.class)
                    .socketChannelType(NioSocketChannel.class)
                    .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                    .nameServerProvider(new SingletonDnsServerAddressStreamProvider(
                            now.servers().getFirst()))
                    .resolveCache(NoopDnsCache.INSTANCE)
                    .cnameCache(NoopDnsCnameCache.INSTANCE)
                    .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
                    .queryTimeoutMillis(now.timeout().toMillis())
                    .maxPayloadSize(PAYLOAD_BYTES)
                    .build();
        }
        return new Questions(its, now);
    }

    /** One name, tried with one ending after the other until one is known. Confined to one loop. */
    private record Search(Questions questions, Reach able, Iterator<String> candidates, Consumer<? super Found> then) {
        void next() {
            if (!candidates.hasNext()) {
                then.accept(new Found(Records.unknown("no such name"), Records.NONE));
                return;
            }
            String name = candidates.next();
            questions.ask(name, DnsRecordType.A, v4 -> {
                if (v4 == Questions.NO_SUCH_NAME) {
                    next();
                } else if (!v4.addresses().isEmpty() && !able.ipv6()) {
                    then.accept(new Found(v4, Records.NONE));
                } else {
                    questions.ask(name, DnsRecordType.AAAA, v6 -> both(v4, v6));
                }
            });
        }

        private void both(Records v4, Records v6) {
            boolean found = !v4.addresses().isEmpty() || !v6.addresses().isEmpty();
            boolean trouble = !v4.trouble().isEmpty() || !v6.trouble().isEmpty() && v6 != Questions.NO_SUCH_NAME;
            if (found || trouble) {
                then.accept(new Found(
                        v4,
                        v6 == Questions.NO_SUCH_NAME ? Records.NONE : v6)); // another ending might be another's name
            } else {
                next();
            }
        }
    }
}
