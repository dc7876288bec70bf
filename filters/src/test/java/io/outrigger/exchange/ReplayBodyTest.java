package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One body for several attempts: in turn and at once, before and after its replay is lost. */
class ReplayBodyTest {
    private static final Failure RESET = Failure.of(Failure.Kind.RESET, "by the test");
    private static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "by the test");
    private static final int CAP = 10;

    private final Chunks chunks = new Chunks();
    private final BufferBudget budget = new BufferBudget(10_000);
    private final PushedBody source = new PushedBody(chunks);
    private final ReplayBody replay = new ReplayBody(source, CAP, budget);

    @AfterEach
    void everythingIsFreeAgainAfterTheRelease() {
        replay.release(GONE);
        assertThat(chunks.held()).isZero();
        assertThat(budget.takenBytes()).isZero();
    }

    // ---- in turn

    @Test
    void theFirstAttemptGetsTheChunksAsTheyCameWithTheirRoom() {
        RecordingSink first = RecordingSink.reading(replay.fromStart());
        source.push("ab").push("cd").end(Headers.of("x-sum", "1"));
        assertThat(first.chunks()).containsExactly("ab", "cd");
        assertThat(first.room(0)).isEqualTo(Chunks.ROOM);
        assertThat(first.trailers().get(HeaderName.of("x-sum"))).isEqualTo("1");
    }

    @Test
    void aLaterAttemptGetsTheSameBytesWithoutRoom() {
        RecordingSink.reading(replay.fromStart());
        source.push("abcdef").end(Headers.of("x-sum", "1"));
        RecordingSink second = RecordingSink.reading(replay.fromStart());
        assertThat(second.text()).isEqualTo("abcdef");
        assertThat(second.room(0)).isZero();
        assertThat(second.trailers().get(HeaderName.of("x-sum"))).isEqualTo("1");
    }

    @Test
    void theSourceIsNotReadBeforeAnAttemptReads() {
        Body unread = replay.fromStart();
        assertThat(source.begun()).isFalse();
        unread.discard(RESET);
        assertThat(source.discarded()).isNull();
        assertThat(RecordingSink.reading(replay.fromStart()).text()).isEmpty();
        assertThat(source.begun()).isTrue();
    }

    @Test
    void anAttemptThatFailsInTheMiddleLeavesTheSourceToTheNext() {
        Body first = replay.fromStart();
        RecordingSink one = RecordingSink.reading(first);
        source.push("ab");
        first.discard(RESET);
        assertThat(source.discarded()).isNull();
        source.push("cd"); // was asked for, and comes when nobody reads
        assertThat(source.wanted()).isFalse();
        source.push("ef");
        assertThat(source.waiting()).isEqualTo(1);

        RecordingSink two = RecordingSink.reading(replay.fromStart());
        assertThat(two.text()).isEqualTo("abcdef");
        source.end();
        assertThat(two.ended()).isTrue();
        assertThat(one.text()).isEqualTo("ab");
        assertThat(one.ended()).isFalse();
    }

    @Test
    void demandOfTheReaderReachesTheSource() {
        Body body = replay.fromStart();
        RecordingSink sink = new RecordingSink(1);
        body.pushTo(sink);
        source.push("ab").push("cd");
        assertThat(sink.text()).isEqualTo("ab");
        assertThat(source.wanted()).isFalse();
        sink.demand(2);
        body.resume();
        assertThat(sink.text()).isEqualTo("abcd");
    }

    @Test
    void aReplayedAttemptHonoursTheDemandOfItsSink() {
        RecordingSink.reading(replay.fromStart());
        source.push("ab").push("cd").end();
        Body body = replay.fromStart();
        RecordingSink sink = new RecordingSink(1);
        body.pushTo(sink);
        assertThat(sink.ended()).isFalse();
        String soFar = sink.text();
        assertThat("abcd").startsWith(soFar);
        sink.demand(9);
        body.resume();
        assertThat(sink.text()).isEqualTo("abcd");
        assertThat(sink.ended()).isTrue();
    }

    @Test
    void aSinkThatStopsDuringTheFirstPushIsNotPushedTo() {
        source.push("ab").push("cd");
        RecordingSink sink = new RecordingSink(1);
        replay.fromStart().pushTo(sink);
        assertThat(sink.text()).isEqualTo("ab");
        assertThat(source.waiting()).isEqualTo(1);
    }

    // ---- at once

    @Test
    void twoAttemptsReadAtOnceEachAtItsOwnPace() {
        Body one = replay.fromStart();
        Body two = replay.fromStart();
        RecordingSink fast = RecordingSink.reading(one);
        RecordingSink slow = new RecordingSink(1);
        two.pushTo(slow);
        source.push("ab").push("cd").push("ef").end();
        assertThat(fast.text()).isEqualTo("abcdef");
        assertThat(fast.ended()).isTrue();
        assertThat(slow.text()).isEqualTo("ab");
        slow.demand(9);
        two.resume();
        assertThat(slow.text()).isEqualTo("abcdef");
        assertThat(slow.ended()).isTrue();
    }

    @Test
    void aLateAttemptCatchesUpAndThenReadsAlong() {
        RecordingSink first = RecordingSink.reading(replay.fromStart());
        source.push("ab");
        RecordingSink second = RecordingSink.reading(replay.fromStart());
        source.push("cd").end();
        assertThat(first.chunks()).containsExactly("ab", "cd");
        assertThat(second.text()).isEqualTo("abcd");
        assertThat(second.ended()).isTrue();
    }

    @Test
    void theLoserOfTwoLeavesTheOtherAlone() {
        Body loser = replay.fromStart();
        RecordingSink winner = RecordingSink.reading(replay.fromStart());
        RecordingSink.reading(loser);
        source.push("ab");
        loser.discard(GONE);
        source.push("cd").end();
        assertThat(winner.text()).isEqualTo("abcd");
        assertThat(winner.ended()).isTrue();
        assertThat(source.discarded()).isNull();
    }

    // ---- when there is more than may be kept

    @Test
    void aBodyOverTheCapStreamsOnAndLosesItsReplay() {
        RecordingSink only = RecordingSink.reading(replay.fromStart());
        source.push("0123456789");
        assertThat(replay.replayable()).isTrue();
        source.push("x");
        assertThat(replay.replayable()).isFalse();
        assertThat(chunks.held()).isZero();
        assertThat(budget.takenBytes()).isZero();
        source.push("more").end();
        assertThat(only.text()).isEqualTo("0123456789xmore");
        assertThat(only.room(2)).isEqualTo(Chunks.ROOM);
        assertThat(only.ended()).isTrue();
    }

    @Test
    void aBodyThatSaysItIsTooLongIsNotKeptAtAll() {
        PushedBody declared = new PushedBody(chunks, CAP + 1);
        ReplayBody tooLong = new ReplayBody(declared, CAP, budget);
        assertThat(tooLong.replayable()).isTrue(); // until it is read
        RecordingSink only = RecordingSink.reading(tooLong.fromStart());
        declared.push("ab");
        assertThat(tooLong.replayable()).isFalse();
        assertThat(budget.takenBytes()).isZero();
        declared.push("cd");
        assertThat(only.text()).isEqualTo("abcd");
        tooLong.release(GONE);
        assertThat(declared.discarded()).isEqualTo(GONE);
    }

    @Test
    void theAttemptThatReadsFurthestSurvivesTheLoss() {
        RecordingSink fast = RecordingSink.reading(replay.fromStart());
        RecordingSink slow = new RecordingSink(1);
        replay.fromStart().pushTo(slow);
        Body connecting = replay.fromStart();
        source.push("01234").push("56789").push("ab").end();
        assertThat(fast.text()).isEqualTo("0123456789ab");
        assertThat(fast.ended()).isTrue();
        assertThat(slow.text()).isEqualTo("01234");
        assertThat(slow.failure()).isNotNull();
        RecordingSink late = RecordingSink.reading(connecting);
        assertThat(late.failure()).isNotNull();
        assertThat(late.text()).isEmpty();
    }

    @Test
    void aChunkOverTheCapThatComesBetweenTwoAttemptsIsNotLost() {
        Body first = replay.fromStart();
        RecordingSink.reading(first);
        source.push("0123");
        first.discard(RESET);
        source.push("456789abc");
        assertThat(replay.replayable()).isTrue();
        RecordingSink second = RecordingSink.reading(replay.fromStart());
        assertThat(second.text()).isEqualTo("0123456789abc");
        source.push("d").end();
        assertThat(replay.replayable()).isFalse();
        assertThat(second.text()).isEqualTo("0123456789abcd");
        assertThat(second.ended()).isTrue();
    }

    @Test
    void aBudgetThatIsUsedUpLosesTheReplayAndNothingElse() {
        BufferBudget little = new BufferBudget(40);
        ReplayBody poor = new ReplayBody(source, 1000, little);
        RecordingSink only = RecordingSink.reading(poor.fromStart());
        source.push("0123456789012345678901234567890123456789");
        assertThat(poor.replayable()).isFalse();
        source.push("more").end();
        assertThat(only.text()).endsWith("789more");
        assertThat(little.takenBytes()).isZero();
        poor.release(GONE);
    }

    // ---- the end of replaying

    @Test
    void committingReleasesWhatNobodyNeedsAndStreamsOn() {
        RecordingSink only = RecordingSink.reading(replay.fromStart());
        source.push("ab");
        replay.commit();
        assertThat(chunks.held()).isZero();
        assertThat(budget.takenBytes()).isZero();
        source.push("cd").end();
        assertThat(only.text()).isEqualTo("abcd");
        assertThat(only.ended()).isTrue();
    }

    @Test
    void committingKeepsWhatTheAttemptHasNotReadYet() {
        RecordingSink.reading(replay.fromStart());
        source.push("ab").end();
        Body second = replay.fromStart();
        replay.commit();
        assertThat(RecordingSink.reading(second).text()).isEqualTo("ab");
        assertThat(chunks.held()).isZero();
    }

    @Test
    void discardingAfterTheCommitDiscardsTheSource() {
        Body body = replay.fromStart();
        RecordingSink.reading(body);
        source.push("ab");
        replay.commit();
        assertThat(source.discarded()).isNull();
        body.discard(RESET);
        assertThat(source.discarded()).isEqualTo(RESET);
    }

    @Test
    void committingAfterTheDiscardDiscardsTheSource() {
        Body body = replay.fromStart();
        RecordingSink.reading(body);
        body.discard(RESET);
        replay.commit();
        assertThat(source.discarded()).isNotNull();
    }

    @Test
    void twoAttemptsGoOnInStepAfterTheCommit() {
        RecordingSink one = RecordingSink.reading(replay.fromStart());
        Body other = replay.fromStart();
        RecordingSink two = new RecordingSink(2);
        other.pushTo(two);
        source.push("ab");
        replay.commit();
        source.push("cd").push("ef");
        assertThat(one.text()).isEqualTo("abcd"); // the source waits for the slower one
        two.demand(9);
        other.resume();
        source.end();
        assertThat(one.text()).isEqualTo("abcdef");
        assertThat(two.text()).isEqualTo("abcdef");
        assertThat(one.ended() && two.ended()).isTrue();
    }

    @Test
    void releasingDiscardsAnUnreadSourceAndSilencesReadings() {
        Body body = replay.fromStart();
        RecordingSink sink = new RecordingSink(1);
        body.pushTo(sink);
        source.push("ab").push("cd");
        replay.release(GONE);
        assertThat(source.discarded()).isEqualTo(GONE);
        body.resume();
        assertThat(sink.text()).isEqualTo("ab");
        assertThat(sink.failure()).isNull();
        assertThat(replay.replayable()).isFalse();
    }

    @Test
    void releasingAfterTheEndDiscardsNothing() {
        RecordingSink.reading(replay.fromStart());
        source.push("ab").end();
        replay.release(GONE);
        assertThat(source.discarded()).isNull();
    }

    // ---- sources that break off, and sinks that meddle

    @Test
    void aSourceThatBreaksOffFailsAllAttemptsAndEndsTheReplay() {
        RecordingSink one = RecordingSink.reading(replay.fromStart());
        Body unread = replay.fromStart();
        source.push("ab").fail(GONE);
        assertThat(one.failure()).isEqualTo(GONE);
        assertThat(RecordingSink.reading(unread).failure()).isEqualTo(GONE);
        assertThat(replay.replayable()).isFalse();
    }

    @Test
    void aSinkMayDiscardFromInsideAChunk() {
        List<Body> self = new ArrayList<>();
        self.add(replay.fromStart());
        RecordingSink sink = new RecordingSink() {
            @Override
            public boolean chunk(ByteBuf bytes) {
                self.getFirst().discard(RESET);
                return super.chunk(bytes);
            }
        };
        self.getFirst().pushTo(sink);
        source.push("ab").push("cd").end();
        assertThat(sink.text()).isEqualTo("ab");
        assertThat(sink.ended()).isFalse();
        assertThat(RecordingSink.reading(replay.fromStart()).text()).isEqualTo("abcd");
    }

    @Test
    void aSinkMayStartTheNextAttemptFromInsideAChunk() {
        List<Body> self = new ArrayList<>();
        RecordingSink second = new RecordingSink();
        self.add(replay.fromStart());
        self.getFirst().pushTo(new RecordingSink() {
            @Override
            public boolean chunk(ByteBuf bytes) {
                self.getFirst().discard(RESET);
                replay.fromStart().pushTo(second);
                return super.chunk(bytes);
            }
        });
        source.push("ab").push("cd").end();
        assertThat(second.text()).isEqualTo("abcd");
        assertThat(second.ended()).isTrue();
    }

    @Test
    void aSinkThatAsksForMoreFromInsideAChunkIsNotPushedToBeforeItReturns() {
        Body first = replay.fromStart();
        first.pushTo(new RecordingSink(1));
        source.push("ab").push("cd").push("ef").end();
        first.discard(RESET);
        List<Body> self = new ArrayList<>();
        RecordingSink eager = new RecordingSink() {
            private boolean taking;

            @Override
            public boolean chunk(ByteBuf bytes) {
                assertThat(taking).isFalse();
                taking = true;
                self.getFirst().resume();
                taking = false;
                return super.chunk(bytes);
            }
        };
        self.add(replay.fromStart());
        self.getFirst().pushTo(eager);
        assertThat(eager.text()).isEqualTo("abcdef");
        assertThat(eager.ended()).isTrue();
    }

    @Test
    void aSinkMayReleaseEverythingFromInsideAChunk() {
        RecordingSink sink = new RecordingSink() {
            @Override
            public boolean chunk(ByteBuf bytes) {
                replay.release(GONE);
                return super.chunk(bytes);
            }
        };
        replay.fromStart().pushTo(sink);
        source.push("ab").push("cd");
        assertThat(sink.text()).isEqualTo("ab");
        assertThat(source.discarded()).isEqualTo(GONE);
    }

    // ---- reading ahead

    @Test
    void readingAheadTakesTheWholeBodyWithoutAReader() {
        replay.readAhead();
        source.push("ab").push("cd").end();
        assertThat(source.waiting()).isZero();
        RecordingSink sink = RecordingSink.reading(replay.fromStart());
        replay.commit();
        assertThat(sink.text()).isEqualTo("abcd");
        assertThat(sink.ended()).isTrue();
    }

    @Test
    void readingAheadStopsAtTheCapAndGoesOnWithAReader() {
        replay.readAhead();
        source.push("0123456").push("789a").push("bcd").end();
        assertThat(source.waiting()).isEqualTo(2);
        Body body = replay.fromStart();
        replay.commit();
        RecordingSink sink = RecordingSink.reading(body);
        assertThat(sink.text()).isEqualTo("0123456789abcd");
        assertThat(sink.ended()).isTrue();
    }

    @Test
    void readingAheadStopsWhereTheBudgetDoes() {
        BufferBudget none = new BufferBudget(0);
        ReplayBody poor = new ReplayBody(source, 1000, none);
        poor.readAhead();
        source.push("ab").push("cd").end();
        assertThat(source.waiting()).isEqualTo(2);
        Body body = poor.fromStart();
        poor.commit();
        assertThat(RecordingSink.reading(body).text()).isEqualTo("abcd");
    }

    // ---- memory

    @Test
    void smallChunksOfLargeBuffersDoNotPinThem() {
        BufferBudget room = new BufferBudget(100_000);
        ReplayBody many = new ReplayBody(source, 5000, room);
        RecordingSink first = RecordingSink.reading(many.fromStart());
        StringBuilder whole = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            String bytes = Integer.toString(1000 + i);
            whole.append(bytes);
            source.push(chunks.of(bytes.getBytes(StandardCharsets.ISO_8859_1), 4096));
        }
        source.end();
        assertThat(chunks.held()).isZero();
        assertThat(room.takenBytes()).isLessThan(10_000);
        assertThat(first.text()).isEqualTo(whole.toString());
        assertThat(RecordingSink.reading(many.fromStart()).text()).isEqualTo(whole.toString());
        many.release(GONE);
        assertThat(room.takenBytes()).isZero();
    }

    @Test
    void aLargeChunkIsKeptWithoutACopyAndChargedWithWhatItPins() {
        BufferBudget room = new BufferBudget(100_000);
        ReplayBody large = new ReplayBody(source, 5000, room);
        RecordingSink.reading(large.fromStart());
        source.push(chunks.of(new byte[3000], 4096));
        assertThat(chunks.held()).isEqualTo(1);
        assertThat(room.takenBytes()).isEqualTo(4096);
        large.release(GONE);
        assertThat(room.takenBytes()).isZero();
    }

    @Test
    void aCopyOfABodyOfKnownLengthTakesThatAndNoMore() {
        BufferBudget room = new BufferBudget(100_000);
        PushedBody known = new PushedBody(chunks, 6);
        ReplayBody exact = new ReplayBody(known, 5000, room);
        RecordingSink.reading(exact.fromStart());
        known.push(chunks.of(new byte[2], 4096))
                .push(chunks.of(new byte[4], 4096))
                .end();
        assertThat(room.takenBytes()).isEqualTo(6);
        exact.release(GONE);
    }
}
