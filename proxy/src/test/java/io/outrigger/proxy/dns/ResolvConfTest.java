package io.outrigger.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ResolvConfTest {
    private static final String POD = """
            nameserver 10.96.0.10
            search shop.svc.cluster.local svc.cluster.local cluster.local
            options ndots:5
            """;

    @Test
    void readsThatOfAPod() {
        ResolvConf pod = parse(POD);
        assertThat(pod.servers()).containsExactly(server("10.96.0.10", 53));
        assertThat(pod.search()).containsExactly("shop.svc.cluster.local.", "svc.cluster.local.", "cluster.local.");
        assertThat(pod.candidates("app"))
                .containsExactly("app.shop.svc.cluster.local.", "app.svc.cluster.local.", "app.cluster.local.", "app.");
        assertThat(pod.candidates("a.b.c.d.e.f")).startsWith("a.b.c.d.e.f.").hasSize(4);
        assertThat(pod.candidates("app.")).containsExactly("app.");
    }

    @Test
    void whatIsNotSaidIsAsEverywhere() {
        ResolvConf none = ResolvConf.read(Path.of("/nowhere/resolv.conf"));
        assertThat(none).isEqualTo(parse("# nothing\n; nor here\n"));
        assertThat(none.servers()).containsExactly(server("127.0.0.1", 53));
        assertThat(none.candidates("app")).containsExactly("app.");
        assertThat(none.ndots()).isEqualTo(1);
        assertThat(none.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(none.attempts()).isEqualTo(2);
    }

    @Test
    void theLastSearchListCounts() {
        assertThat(parse("domain a.test\nsearch b.test C.test. .\n").search()).containsExactly("b.test.", "c.test.");
    }

    @Test
    void numbersAreKeptWithinBounds() {
        ResolvConf wild = parse("options timeout:0 attempts:99 ndots:99 rotate edns0\noptions ndots: ndots:x\n");
        assertThat(wild.timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(wild.attempts()).isEqualTo(5);
        assertThat(wild.ndots()).isEqualTo(15);
    }

    @Test
    void serversMayHaveAnotherPortAndAnyKindOfAddress() {
        assertThat(parse(
                                "nameserver fd00::53\nport 5353\nnameserver 127.0.0.53 # ours\nnameserver nonsense\nnameserver\n")
                        .servers())
                .containsExactly(server("fd00::53", 53), server("127.0.0.53", 5353));
    }

    private static ResolvConf parse(String text) {
        return ResolvConf.parse(text.lines().toList());
    }

    private static InetSocketAddress server(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
