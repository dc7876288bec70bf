package io.outrigger.proxy.balance;

import static io.outrigger.proxy.balance.Endpoints.endpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Exchange;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.ManualLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndpointSetTest {
    private final EndpointSet set = new EndpointSet();

    @Test
    void anAddressThatStaysKeepsItsEndpoint() {
        set.replace(List.of(endpoint("10.0.0.1", 1), endpoint("10.0.0.2", 1)));
        Endpoint stays = set.current()[1];
        stays.begin();

        assertThat(set.replace(List.of(endpoint("10.0.0.3", 1), endpoint("10.0.0.2", 5))))
                .isTrue();

        assertThat(names()).containsExactly("10.0.0.3:80", "10.0.0.2:80");
        assertThat(set.current()[1]).isSameAs(stays);
        assertThat(stays.weight()).isEqualTo(5);
        assertThat(stays.inFlight()).isEqualTo(1);
        assertThat(stays.removed()).isFalse();
    }

    @Test
    void theSameAgainChangesNothing() {
        set.replace(List.of(endpoint("10.0.0.1", 1), endpoint("10.0.0.2", 1)));
        Endpoint[] before = set.current();
        assertThat(set.replace(List.of(endpoint("10.0.0.1", 1), endpoint("10.0.0.2", 1))))
                .isFalse();
        assertThat(set.current()).isSameAs(before);
    }

    @Test
    void anotherWeightMakesAnotherArrayForBalancersToSee() {
        set.replace(List.of(endpoint("10.0.0.1", 1)));
        Endpoint[] before = set.current();
        assertThat(set.replace(List.of(endpoint("10.0.0.1", 2)))).isTrue();
        assertThat(set.current()).isNotSameAs(before).isEqualTo(before);
    }

    @Test
    void ofTwoWithOneAddressTheFirstCounts() {
        set.replace(List.of(endpoint("10.0.0.1", 3), endpoint("10.0.0.1", 4)));
        assertThat(set.current()).hasSize(1);
        assertThat(set.current()[0].weight()).isEqualTo(3);
    }

    @Test
    void tellsOfTheRemovedAfterTheyHaveLeft() {
        List<String> told = new ArrayList<>();
        set.replace(List.of(endpoint("10.0.0.1", 1), endpoint("10.0.0.2", 1)));
        Runnable end = set.onRemoved(gone -> told.add(gone + " " + gone.removed() + " " + names()));

        set.replace(List.of(endpoint("10.0.0.2", 1)));
        assertThat(told).containsExactly("10.0.0.1:80 true [10.0.0.2:80]");

        end.run();
        set.replace(List.of());
        assertThat(told).hasSize(1);
    }

    @Test
    void namesAreWritten() {
        InetSocketAddress six = new InetSocketAddress(InetAddress.ofLiteral("0:0:0:0:0:0:0:1"), 8080);
        assertThat(new Endpoint(six, "localhost:8080", 1, Optional.empty()).name())
                .isEqualTo("[::1]:8080");
        assertThat(new Endpoint(UnixDomainSocketAddress.of("/run/a.sock"), "localhost", 1, Optional.empty()).name())
                .isEqualTo("unix:/run/a.sock");
        assertThatThrownBy(() -> new Endpoint(InetSocketAddress.createUnresolved("a", 1), "a:1", 1, Optional.empty()))
                .hasMessageContaining("expected: resolved");
    }

    @Test
    void whereAnExchangeHasBeenIsAvoided() {
        Exchange exchange = Exchanges.on(new ManualLoop());
        assertThat(Tried.by(exchange)).isSameAs(Balancer.NONE);

        exchange.begin(new Attempt("10.0.0.1:80", 0));
        exchange.begin(new Attempt("10.0.0.2:80", 0));
        assertThat(Tried.by(exchange)).accepts(endpoint("10.0.0.1", 1), endpoint("10.0.0.2", 1));
        assertThat(Tried.by(exchange)).rejects(endpoint("10.0.0.3", 1));
    }

    private List<String> names() {
        return List.of(set.current()).stream().map(Endpoint::name).toList();
    }
}
