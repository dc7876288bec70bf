package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.outrigger.admin.FakeProxy.FakeLoop;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private final EmbeddedChannel own = new EmbeddedChannel(); // whose loop turns when it is told to
    private final List<FakeLoop> loops = List.of(new FakeLoop(0), new FakeLoop(1), new FakeLoop(2));
    private final Heartbeat heartbeat = new Heartbeat(own.eventLoop(), loops, TimeUnit.SECONDS.toNanos(1));
    private final List<BitSet> told = new ArrayList<>();

    @BeforeEach
    void stopTheClock() {
        own.freezeTime();
    }

    @AfterEach
    void close() {
        own.close();
    }

    private void pass(long millis) {
        own.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        own.runScheduledPendingTasks();
    }

    @Test
    void loopsThatTurnAreHealthyAtOnce() {
        heartbeat.probe(told::add);
        own.runPendingTasks();

        assertThat(told).hasSize(1);
        assertThat(told.getFirst().isEmpty()).isTrue();
        pass(2_000);
        assertThat(told).hasSize(1);
    }

    @Test
    void aLoopThatDoesNotTurnIsToldWhenTheLimitHasPassed() {
        loops.get(1).stick();
        heartbeat.probe(told::add);
        own.runPendingTasks();
        pass(999);
        assertThat(told).isEmpty();

        pass(1);
        assertThat(told).containsExactly(BitSet.valueOf(new long[] {0b010}));
    }

    @Test
    void aLoopThatTurnsInTimeIsHealthy() {
        loops.get(1).stick();
        heartbeat.probe(told::add);
        pass(900);
        loops.get(1).turn();
        own.runPendingTasks();

        assertThat(told).hasSize(1);
        assertThat(told.getFirst().isEmpty()).isTrue();
    }

    @Test
    void howeverOftenSomebodyAsksOneTaskWaitsOnALoop() {
        loops.get(2).stick();
        for (int i = 0; i < 100; i++) {
            heartbeat.probe(told::add);
            pass(100);
        }

        assertThat(loops.get(2).tasks()).isEqualTo(1);
        loops.get(2).turn();
        own.runPendingTasks();
        assertThat(told).hasSize(100).filteredOn(BitSet::isEmpty).hasSize(9); // those asked in the last second
    }

    @Test
    void aLoopThatRecoversIsAskedAnew() {
        loops.get(0).stick();
        heartbeat.probe(told::add);
        pass(1_000);
        loops.get(0).turn();
        own.runPendingTasks();

        heartbeat.probe(told::add);
        own.runPendingTasks();
        assertThat(told.getLast().isEmpty()).isTrue();
    }

    @Test
    void withoutLoopsNothingIsStuck() {
        new Heartbeat(own.eventLoop(), List.of(), 1).probe(told::add);

        assertThat(told).hasSize(1);
        assertThat(told.getFirst().isEmpty()).isTrue();
    }
}
