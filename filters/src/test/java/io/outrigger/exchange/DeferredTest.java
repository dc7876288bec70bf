package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.Told;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Work that waits for its turn, and work that waits for a time. */
class DeferredTest {
    private static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "by the test");
    private static final Failure FULL = Failure.of(Failure.Kind.POOL_FULL, "by the test");
    private static final long MILLI = 1_000_000;

    private final List<String> stopped = new ArrayList<>();
    private final Reply work = new Reply(why -> stopped.add(why.kind().cause()));
    private final ManualLoop loop = new ManualLoop();
    private final Exchange exchange = Exchanges.on(loop);

    @Test
    void theReplyFollowsTheWorkOnceItHasBegun() {
        Deferred deferred = new Deferred(() -> work);
        Told told = Told.by(deferred.reply());
        assertThat(deferred.start()).isTrue();
        work.answer(new Response(200, Headers.NONE, Body.EMPTY));
        work.complete();
        assertThat(told).hasToString("200 200");
    }

    @Test
    void workBeginsOnce() {
        Deferred deferred = new Deferred(() -> work);
        assertThat(deferred.start()).isTrue();
        assertThat(deferred.start()).isFalse();
    }

    @Test
    void failingTheReplyGivesTheWorkUp() {
        Deferred deferred = new Deferred(() -> work);
        deferred.reply().fail(GONE);
        assertThat(deferred.start()).isFalse();
        assertThat(Told.by(work).answered()).isFalse();
    }

    @Test
    void failingTheReplyStopsWorkThatHasBegun() {
        Deferred deferred = new Deferred(() -> work);
        deferred.start();
        deferred.reply().fail(GONE);
        assertThat(stopped).containsExactly("client_gone");
    }

    @Test
    void givingUpFailsTheReplyUnlessTheWorkHasBegun() {
        Deferred waiting = new Deferred(() -> work);
        waiting.giveUp(FULL);
        assertThat(Told.by(waiting.reply())).hasToString("POOL_FULL POOL_FULL");

        Deferred begun = new Deferred(() -> work);
        begun.start();
        begun.giveUp(FULL);
        assertThat(Told.by(begun.reply())).hasToString("");
    }

    @Test
    void workThatThrowsFailsTheReply() {
        Deferred deferred = new Deferred(() -> {
            throw new IllegalStateException("bug");
        });
        assertThatThrownBy(deferred::start).hasMessage("bug");
        assertThat(Told.by(deferred.reply())).hasToString("INTERNAL INTERNAL");
    }

    @Test
    void workThatFailsTheReplyWhileItBeginsIsStopped() {
        List<Deferred> self = new ArrayList<>();
        self.add(new Deferred(() -> {
            self.getFirst().reply().fail(GONE);
            return work;
        }));
        self.getFirst().start();
        assertThat(stopped).containsExactly("client_gone");
    }

    @Test
    void laterBeginsWhenItsTimeHasCome() {
        Told told = Told.by(exchange.later(5 * MILLI, () -> Reply.failed(FULL)));
        loop.advanceMillis(4);
        assertThat(told).hasToString("");
        loop.advanceMillis(1);
        assertThat(told).hasToString("POOL_FULL POOL_FULL");
        assertThat(loop.pending()).isZero();
    }

    @Test
    void laterDoesNotBeginWhenItHasFailedBefore() {
        Reply reply = exchange.later(5 * MILLI, () -> work);
        reply.fail(GONE);
        assertThat(loop.pending()).isZero();
        loop.advanceMillis(10);
        assertThat(stopped).isEmpty();
        assertThat(Told.by(work).answered()).isFalse();
    }
}
