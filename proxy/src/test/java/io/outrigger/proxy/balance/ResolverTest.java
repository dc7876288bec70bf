package io.outrigger.proxy.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.proxy.balance.NameService.Found;
import io.outrigger.proxy.balance.NameService.Records;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResolverTest {
    private static final Optional<Duration> SOON = Optional.of(Duration.ofMillis(1));
    private static final Optional<Duration> NEVER = Optional.of(Duration.ofDays(1));

    private final ScriptedLookup names = new ScriptedLookup();
    private final Resolver resolver = new Resolver(() -> names);
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
        assertThat(told.take()).isEqualTo(new Resolution(List.of(), "no such name"));
        names.answer("a", "10.0.0.1");
        assertThat(told.take()).isEqualTo(found("10.0.0.1"));
        names.answer("a");
        assertThat(told.take()).isEqualTo(new Resolution(List.of(InetAddress.ofLiteral("10.0.0.1")), "no such name"));
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
        names.lastThread().join();
        assertThat(told).isEmpty();

        resolver.watch("a", SOON, told::add);
        assertThat(names.waiting()).as("look-ups after the end").isEqualTo(1);
    }

    @Test
    void itsThreadKeepsNoProcessAlive() throws InterruptedException {
        resolver.watch("a", SOON, told::add);
        names.awaitAsked();
        assertThat(names.lastThread().isDaemon()).isTrue();
    }

    @Test
    void pausesGrowWithFailuresUpToTheOrdinaryOne() {
        Duration every = Duration.ofSeconds(30);
        assertThat(Resolver.pauseAfter(1, every)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Resolver.pauseAfter(2, every)).isEqualTo(Duration.ofSeconds(2));
        assertThat(Resolver.pauseAfter(5, every)).isEqualTo(Duration.ofSeconds(16));
        assertThat(Resolver.pauseAfter(6, every)).isEqualTo(every);
        assertThat(Resolver.pauseAfter(Integer.MAX_VALUE, every)).isEqualTo(every);
        assertThat(Resolver.pauseAfter(1, Duration.ofMillis(5))).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void aTtlIsBelievedWithinBounds() {
        assertThat(Resolver.bounded(Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Resolver.bounded(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(Resolver.bounded(Duration.ofSeconds(17))).isEqualTo(Duration.ofSeconds(17));
        assertThat(Resolver.bounded(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(30));
        assertThat(Resolver.bounded(Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void theShorterTtlOfBothKindsCounts() {
        Scheduled scheduled = new Scheduled();
        try (Resolver its = new Resolver(() -> scheduled)) {
            its.watch("a", Optional.empty(), told::add);
            Records v4 = new Records(List.of(InetAddress.ofLiteral("10.0.0.1")), Duration.ofSeconds(20), "");
            Records v6 = new Records(List.of(InetAddress.ofLiteral("fd00::1")), Duration.ofSeconds(7), "");
            scheduled.answer(new Found(v4, v6));
            scheduled.answer(new Found(v4, Records.NONE));
            scheduled.answer(new Found(Records.unknown("lost"), Records.NONE));
            scheduled.answer(new Found(Records.unknown("lost"), Records.NONE));
        }
        assertThat(scheduled.pauses)
                .containsExactly(
                        Duration.ZERO,
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2));
    }

    @Test
    void aKindOfAddressThatCannotBeAskedForIsKept() throws InterruptedException {
        resolver.watch("a", SOON, told::add);
        names.answer("a", "10.0.0.1", "fd00::1");
        assertThat(told.take()).isEqualTo(found("10.0.0.1", "fd00::1"));
        Records v4 = new Records(List.of(InetAddress.ofLiteral("10.0.0.2")), Duration.ofSeconds(1), "");
        names.answer("a", new Found(v4, Records.unknown("servfail")));
        assertThat(told.take()).isEqualTo(found("10.0.0.2", "fd00::1"));
        names.answer("a", new Found(v4, Records.NONE));
        assertThat(told.take()).isEqualTo(found("10.0.0.2"));
        names.answer("a", new Found(Records.NONE, Records.NONE));
        assertThat(told.take())
                .isEqualTo(new Resolution(List.of(InetAddress.ofLiteral("10.0.0.2")), "it has no address"));
    }

    @Test
    void nothingIsOpenedBeforeTheFirstName() {
        boolean[] opened = new boolean[1];
        try (Resolver idle = new Resolver(() -> {
            opened[0] = true;
            return names;
        })) {
            assertThat(opened[0]).isFalse();
            idle.watch("a", NEVER, told::add);
            assertThat(opened[0]).isTrue();
        }
    }

    /** Runs what is scheduled when the test answers it, and keeps the pauses. */
    private static final class Scheduled extends ScheduledThreadPoolExecutor implements NameService {
        final List<Duration> pauses = new ArrayList<>();
        private Runnable next;
        private Consumer<? super Found> then;

        Scheduled() {
            super(1);
        }

        void answer(Found found) {
            next.run();
            then.accept(found);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            pauses.add(Duration.of(delay, unit.toChronoUnit()));
            next = task;
            return super.schedule(() -> {}, 0, unit);
        }

        @Override
        public ScheduledExecutorService thread() {
            return this;
        }

        @Override
        public void find(String name, Consumer<? super Found> told) {
            then = told;
        }

        @Override
        public void close() {
            shutdownNow();
        }
    }

    private static Resolution found(String... addresses) {
        return new Resolution(
                Arrays.stream(addresses).map(InetAddress::ofLiteral).toList(), "");
    }
}
