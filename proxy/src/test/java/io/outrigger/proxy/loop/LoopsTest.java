package io.outrigger.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.outrigger.exchange.Loop.Timer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The loops as the data path sees them: their numbers, their clock and their timers, on either transport. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class LoopsTest {
    private final Loops loops;

    LoopsTest(boolean nativeTransport) {
        loops = new Loops(2, nativeTransport);
        assertThat(loops.transport()).isEqualTo(nativeTransport && Epoll.isAvailable() ? "epoll" : "nio");
    }

    @AfterEach
    void close() {
        loops.close();
        assertThat(loops.group().isTerminated()).isTrue();
    }

    @Test
    void numbersItsLoopsFromZero() {
        assertThat(loops.count()).isEqualTo(2);
        assertThat(loops.all()).extracting(NettyLoop::index).containsExactly(0, 1);
    }

    @Test
    void findsNoLoopOfAChannelThatIsNotItsOwn() {
        EmbeddedChannel foreign = new EmbeddedChannel();
        assertThatThrownBy(() -> loops.of(foreign)).hasMessageContaining("channel of another group");
        foreign.finishAndReleaseAll();
    }

    @Test
    void everyLoopHasRandomBitsOfItsOwn() throws Exception {
        Set<Long> bits = new HashSet<>();
        for (NettyLoop loop : loops.all()) {
            for (int i = 0; i < 100; i++) {
                bits.add(on(loop, loop::randomBits));
            }
        }
        assertThat(bits).hasSize(200);
    }

    @Test
    void theClockStandsStillWhileWhatWasReadIsDealtWith() throws Exception {
        NettyLoop loop = loops.all().getFirst();
        boolean stood = on(loop, () -> {
            loop.stopClock();
            long first = loop.nanoTime();
            while (System.nanoTime() == first) {
                Thread.onSpinWait();
            }
            boolean same = loop.nanoTime() == first;
            loop.letClockGo();
            return same && loop.nanoTime() - first > 0;
        });
        assertThat(stood).isTrue();
    }

    @Test
    void runsTimersOnTheLoopInTheOrderOfTheirTimesAndNotBefore() throws Exception {
        NettyLoop loop = loops.all().getFirst();
        List<String> ran = new ArrayList<>();
        CompletableFuture<Long> last = new CompletableFuture<>();
        long began = on(loop, () -> {
            long now = loop.nanoTime();
            loop.after(Long.MAX_VALUE, () -> ran.add("never"));
            loop.after(millis(100), () -> ran.add("second")); // so late that a pause of the machine changes no order
            loop.after(millis(120), () -> last.complete(loop.nanoTime()));
            Timer off = loop.after(millis(100), () -> ran.add("called off"));
            loop.after(-1, () -> ran.add("at once"));
            loop.after(
                    millis(6),
                    () -> { // ticks of the wheel after what is due at once
                        assert loop.inLoop();
                        ran.add("first");
                        off.cancel();
                    });
            return now;
        });
        assertThat(last.get(10, TimeUnit.SECONDS) - began).isGreaterThanOrEqualTo(millis(120));
        assertThat(on(loop, () -> List.copyOf(ran))).containsExactly("at once", "first", "second");
    }

    @Test
    void aTimerThatThrowsStopsNoneOfTheOthers() throws Exception {
        NettyLoop loop = loops.all().getFirst();
        CompletableFuture<Boolean> after = new CompletableFuture<>();
        on(loop, () -> {
            loop.after(0, () -> {
                throw new IllegalStateException("a bug");
            });
            return loop.after(millis(3), () -> after.complete(true));
        });
        assertThat(after.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private static long millis(int millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static <T> T on(NettyLoop loop, java.util.concurrent.Callable<T> work) throws Exception {
        return loop.eventLoop().submit(work).get(10, TimeUnit.SECONDS);
    }
}
