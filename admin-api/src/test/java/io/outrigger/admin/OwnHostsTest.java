package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnHostsTest {
    private final OwnHosts everywhere = new OwnHosts(
            new InetSocketAddress("0.0.0.0", 15101), List.of("Admin.Internal", "ops.internal:8443", "[2001:DB8::7]"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.0.0.1:15101",
                "localhost.",
                "LocalHost:1",
                "admin.internal:15101",
                "ops.internal",
                "[2001:db8::7]:1"
            })
    void onAllInterfacesTheAddressOfEachIsOwn(String host) {
        assertThat(everywhere.ownHost(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":15101",
                "203.0.113.9",
                "[2001:db8::1]:15101",
                "internal",
                "x.admin.internal",
                "[",
                "]",
                "[]",
                "localhost:15101.evil.example"
            })
    void whatNoInterfaceHasIsForeign(String host) {
        assertThat(everywhere.ownHost(host)).isFalse();
    }

    @Test
    void anOriginNeedsOurPortOrThePlaceThatTheRequestGoesTo() {
        assertThat(everywhere.ownOrigin("http://localhost:15101", "localhost")).isTrue();
        assertThat(everywhere.ownOrigin("https://Localhost:8443", "localhost:8443"))
                .isTrue();
        assertThat(everywhere.ownOrigin("http://localhost:3000", "localhost:15101"))
                .isFalse();
        assertThat(everywhere.ownOrigin("http://localhost", "localhost:15101")).isFalse();
    }

    @Test
    void aUnixSocketIsCalledAnything() {
        OwnHosts unix = new OwnHosts(UnixDomainSocketAddress.of("/run/admin.sock"), List.of());

        assertThat(unix.ownHost("any.example")).isTrue();
        assertThat(unix.ownOrigin("http://evil.example", "localhost")).isFalse();
    }
}
