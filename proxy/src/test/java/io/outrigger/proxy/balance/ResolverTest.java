package io.outrigger.proxy.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResolverTest {
    private static final Duration SOON = Duration.ofMillis(1);
    private static final Duration NEVER = Duration.ofDays(1);

    private final ScriptedLookup names = new ScriptedLookup();
    private final Resolver resolver = new Resolver(names);
    private final BlockingQueue<Resolution> told = new ArrayBlockingQueue<>(100);

    @AfterEach
    void close() {
        resolver.close();
    }

    @Test
    void looksUpAtOnceAndAgain() throws InterruptedException {
        resolver.watch("a", SOON, told::add);
        names.answer("a", "10.0.0.1");
        assertThat(told.take()).isEqualTo(found("10.0.0.1"));
        names.answer("a", "10.0.0.2");
        assertThat(told.take()).isEqualTo(found("10.0.0.2"));
    }

    @Test
    void sortsTheAddressesAndDropsDoubles() throws InterruptedException {
        resolver.watch("a", SOON, told::add);
        names.answer("a", "::1", "10.0.0.200", "10.0.0.9", "10.0.0.200", "fe80::1");
        assertThat(told.take()).isEqualTo(found("10.0.0.9", "10.0.0.200", "::1", "fe80::1"));
    }

    @Test
    void aFailureKeepsTheLastKnownAddresses() throws InterruptedException {
        resolver.watch("a", SOON, told::add);
        names.answer("a");
        assertThat(told.take()).isEqualTo(new Resolution(List.of(), true));
        names.answer("a", "10.0.0.1");
        assertThat(told.take()).isEqualTo(found("10.0.0.1"));
        names.answer("a");
        assertThat(told.take()).isEqualTo(new Resolution(List.of(InetAddress.ofLiteral("10.0.0.1")), true));
        names.answer("a", "10.0.0.1");
        assertThat(told.take()).isEqualTo(found("10.0.0.1"));
    }

    @Test
    void tellsAnotherWatchAtOnceWhatIsKnown() throws InterruptedException {
        resolver.watch("a", NEVER, told::add);
        names.answer("a", "10.0.0.1");
        told.take();

        resolver.watch("a", NEVER, told::add);
        assertThat(told).containsExactly(found("10.0.0.1"));
    }

    @Test
    void anEndedWatchLooksUpNoMore() throws InterruptedException {
        Runnable end = resolver.watch("a", SOON, told::add);
        names.awaitAsked();
        end.run();
        resolver.watch("b", NEVER, told::add);
        names.answer("a", "10.0.0.1"); // under way when the watch ended
        names.answer("b", "10.0.0.2");
        told.take();
        assertThat(told.take()).isEqualTo(found("10.0.0.2"));

        resolver.watch("c", NEVER, told::add);
        names.answer("c", "10.0.0.3"); // and not a in between
    }

    @Test
    void aListenerThatThrowsIsToldAgain() throws InterruptedException {
        resolver.watch("a", SOON, resolution -> {
            told.add(resolution);
            throw new IllegalStateException("a listener of a test");
        });
        names.answer("a", "10.0.0.1");
        names.answer("a", "10.0.0.2");
        assertThat(List.of(told.take(), told.take())).containsExactly(found("10.0.0.1"), found("10.0.0.2"));
    }

    @Test
    void closingStopsTheThreadAndTellsNobody() throws InterruptedException {
        resolver.watch("a", SOON, told::add);
        names.awaitAsked();
        resolver.close();
        names.thread().join();
        assertThat(told).isEmpty();

        resolver.watch("a", SOON, told::add);
        assertThat(names.waiting()).as("look-ups after the end").isEqualTo(1);
    }

    @Test
    void itsThreadKeepsNoProcessAlive() throws InterruptedException {
        resolver.watch("a", SOON, told::add);
        names.awaitAsked();
        assertThat(names.thread().isDaemon()).isTrue();
    }

    @Test
    void pausesGrowWithFailuresUpToTheOrdinaryOne() {
        Duration every = Duration.ofSeconds(30);
        assertThat(Resolver.pauseAfter(0, every)).isEqualTo(every);
        assertThat(Resolver.pauseAfter(1, every)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Resolver.pauseAfter(2, every)).isEqualTo(Duration.ofSeconds(2));
        assertThat(Resolver.pauseAfter(5, every)).isEqualTo(Duration.ofSeconds(16));
        assertThat(Resolver.pauseAfter(6, every)).isEqualTo(every);
        assertThat(Resolver.pauseAfter(Integer.MAX_VALUE, every)).isEqualTo(every);
        assertThat(Resolver.pauseAfter(1, Duration.ofMillis(5))).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void theSystemKnowsLocalhost() throws InterruptedException {
        try (Resolver system = Resolver.system()) {
            system.watch("localhost", NEVER, told::add);
            Resolution localhost = told.take();
            assertThat(localhost.failed()).isFalse();
            assertThat(localhost.addresses()).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
            assertThat(localhost.addresses()).doesNotHaveDuplicates();
        }
    }

    private static Resolution found(String... addresses) {
        return new Resolution(
                Arrays.stream(addresses).map(InetAddress::ofLiteral).toList(), false);
    }
}
