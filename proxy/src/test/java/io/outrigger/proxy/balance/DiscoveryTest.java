package io.outrigger.proxy.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.Address;
import io.outrigger.config.Balance;
import io.outrigger.config.DnsConfig;
import io.outrigger.config.EndpointConfig;
import io.outrigger.config.PoolConfig;
import io.outrigger.config.Share;
import io.outrigger.config.UpstreamConfig;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.metrics.DnsMeters;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
    private final ScriptedLookup names = new ScriptedLookup();
    private final Resolver resolver = new Resolver(() -> names);
    private final EndpointSet endpoints = new EndpointSet();
    private final Metrics metrics = new Metrics(1);
    private final DnsMeters meters = new DnsMeters(metrics);
    private final AtomicLong now = new AtomicLong(5_000_000_000L);

    @AfterEach
    void close() {
        resolver.close();
    }

    @Test
    void literalAddressesAreThereAtOnceAndNeedNoLookUp() throws InterruptedException {
        Discovery discovery = discovery(tcp("10.0.0.1", 80), tcp("::1", 81), unix("/run/a.sock"));
        assertThat(endpoints.current()).as("before it is in force").isEmpty();
        discovery.begin();
        assertThat(addresses()).containsExactly("10.0.0.1:80", "[::1]:81", "unix:/run/a.sock");
        assertThat(discovery.awaitAnswers(Duration.ZERO)).isTrue();
        assertThat(names.lastThread()).isNull();
    }

    @Test
    void aNameStandsForAllItsAddresses() throws InterruptedException {
        Discovery discovery = discovery(tcp("10.0.0.1", 80), weighing(tcp("app", 8080), 3));
        discovery.begin();
        assertThat(addresses()).containsExactly("10.0.0.1:80");

        names.answer("app", "10.0.0.3", "10.0.0.2", "fe80::5");
        assertThat(discovery.awaitAnswers(Duration.ofSeconds(30))).isTrue();

        assertThat(addresses()).containsExactly("10.0.0.1:80", "10.0.0.2:8080", "10.0.0.3:8080", "[fe80::5]:8080");
        assertThat(endpoints.current()[1].weight()).isEqualTo(3);
        assertThat(endpoints.current()[1].authority()).isEqualTo("app:8080");
        assertThat(endpoints.current()[0].authority()).isEqualTo("10.0.0.1:80");
    }

    @Test
    void aNameThatDoesNotResolveIsTheReasonForHavingNoEndpoint() throws InterruptedException {
        Discovery discovery = discovery(tcp("app", 80));
        discovery.begin();
        assertThat(discovery.none().kind()).isEqualTo(Kind.NO_ENDPOINT);

        names.answer("app");
        names.awaitAsked();
        assertThat(discovery.none().kind()).isEqualTo(Kind.DNS_FAILED);
        assertThat(discovery.none().detail()).isEqualTo("upstream payments: app does not resolve");

        names.answer("app", "10.0.0.1");
        names.awaitAsked();
        assertThat(addresses()).containsExactly("10.0.0.1:80");
        assertThat(discovery.none().kind()).isEqualTo(Kind.NO_ENDPOINT);

        names.answer("app");
        names.awaitAsked();
        assertThat(addresses()).as("the last known").containsExactly("10.0.0.1:80");
    }

    @Test
    void followsANameThatMoves() throws InterruptedException {
        Discovery discovery = discovery(tcp("app", 80));
        discovery.begin();
        names.answer("app", "10.0.0.1", "10.0.0.2");
        names.awaitAsked();
        Endpoint stays = endpoints.current()[1];

        names.answer("app", "10.0.0.2", "10.0.0.3");
        names.awaitAsked();
        assertThat(addresses()).containsExactly("10.0.0.2:80", "10.0.0.3:80");
        assertThat(endpoints.current()[0]).isSameAs(stays);
    }

    @Test
    void anotherConfigurationLeavesNoGap() throws InterruptedException {
        Discovery before = discovery(tcp("old", 80));
        before.begin();
        names.answer("old", "10.0.0.1");
        names.awaitAsked();

        Discovery after = discovery(tcp("10.0.0.9", 80), tcp("new", 80));
        assertThat(addresses()).containsExactly("10.0.0.1:80");
        before.close();
        after.begin();
        assertThat(addresses()).containsExactly("10.0.0.9:80", "10.0.0.1:80");

        names.answer("old", "10.0.0.1"); // under way when it was closed
        names.answer("new", "10.0.0.2");
        assertThat(after.awaitAnswers(Duration.ofSeconds(30))).isTrue();
        assertThat(addresses()).containsExactly("10.0.0.9:80", "10.0.0.2:80");
    }

    @Test
    void anotherConfigurationKnowsAtOnceWhatANameResolvedTo() throws InterruptedException {
        Discovery before = discovery(tcp("app", 80));
        before.begin();
        names.answer("app", "10.0.0.1");
        names.awaitAsked();

        Discovery after = discovery(tcp("app", 81));
        assertThat(after.awaitAnswers(Duration.ZERO)).isTrue();
        before.close();
        after.begin();
        assertThat(addresses()).containsExactly("10.0.0.1:81");
    }

    @Test
    void aConfigurationThatNeverCameIntoForceChangesNothing() throws InterruptedException {
        Discovery before = discovery(tcp("10.0.0.1", 80));
        before.begin();
        Discovery vain = discovery(tcp("app", 80));
        names.answer("app", "10.0.0.7");
        vain.awaitAnswers(Duration.ofSeconds(30));
        vain.close();
        assertThat(addresses()).containsExactly("10.0.0.1:80");
    }

    @Test
    void metricsShowHowOldTheAddressesAreAndHowLookUpsEnd() throws InterruptedException {
        Discovery discovery = discovery(tcp("10.0.0.1", 80), tcp("app", 80));
        assertThat(shown()).isEmpty();
        discovery.begin();
        now.addAndGet(2_000_000_000L);
        assertThat(shown()).as("since it was first wanted").containsEntry("[payments]", 2.0);
        names.answer("app", "10.0.0.2");
        names.awaitAsked();
        assertThat(shown()).containsEntry("[payments]", 0.0).containsEntry("[payments, success]", 1.0);
        now.addAndGet(3_000_000_000L);
        names.answer("app");
        names.awaitAsked();
        assertThat(shown())
                .containsEntry("[payments]", 3.0)
                .containsEntry("[payments, success]", 1.0)
                .containsEntry("[payments, failure]", 1.0);
        discovery.close();
        assertThat(shown()).isEmpty();
    }

    @Test
    void literalAddressesHaveNoAge() {
        discovery(tcp("10.0.0.1", 80)).begin();
        assertThat(shown()).isEmpty();
    }

    private Map<String, Double> shown() {
        Map<String, Double> all = new TreeMap<>();
        metrics.families().forEach(family -> family.series()
                .forEach((labels, series) -> all.put(labels.toString(), ((Reading) series).value())));
        return all;
    }

    private Discovery discovery(EndpointConfig... configured) {
        UpstreamConfig config = new UpstreamConfig(
                "payments",
                List.of(configured),
                UpstreamConfig.Protocol.HTTP1,
                Balance.Plain.ROUND_ROBIN,
                Duration.ofSeconds(1),
                PoolConfig.defaults(),
                new DnsConfig(Optional.of(Duration.ofMillis(1))),
                Optional.empty(),
                Optional.empty(),
                new Share(50),
                Optional.empty(),
                List.of(),
                Optional.empty());
        return Discovery.of(config, endpoints, resolver, meters, now::get);
    }

    private static EndpointConfig tcp(String host, int port) {
        return new EndpointConfig(new Address.Tcp(host, port), 1, Optional.empty());
    }

    private static EndpointConfig unix(String path) {
        return new EndpointConfig(new Address.Unix(path), 1, Optional.empty());
    }

    private static EndpointConfig weighing(EndpointConfig endpoint, int weight) {
        return new EndpointConfig(endpoint.address(), weight, endpoint.zone());
    }

    private Stream<String> addresses() {
        return Arrays.stream(endpoints.current()).map(Endpoint::name);
    }
}
