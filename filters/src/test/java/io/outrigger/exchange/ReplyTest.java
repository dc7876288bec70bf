package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a reply does when its listeners, its work and its decisions meddle with it. */
class ReplyTest {
    private static final Failure RESET = Failure.of(Failure.Kind.RESET, "by the test");
    private static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "by the test");
    private static final Response OK = new Response(200, Headers.NONE, Body.EMPTY);
    private static final Response BUSY = new Response(503, Headers.NONE, Body.EMPTY);

    private final List<String> log = new ArrayList<>();
    private final Chunks chunks = new Chunks();

    // ---- listeners that meddle

    @Test
    void aListenerAddedFromInsideAListenerIsCalledAtOnce() {
        Reply reply = new Reply(null);
        reply.onAnswer(_ -> reply.onAnswer(log("inner answer")).onEnd(log("inner end")));
        reply.onEnd(_ -> reply.onEnd(log("end in end")));
        reply.answer(OK);
        assertThat(log).containsExactly("inner answer");
        reply.complete();
        assertThat(log).containsExactly("inner answer", "end in end", "inner end");
    }

    @Test
    void aListenerForTheEndAddedWhileTheWorkIsBeingStoppedWaitsForTheAnswer() {
        List<Reply> self = new ArrayList<>();
        Reply reply = new Reply(_ -> self.getFirst().onEnd(log("late end")));
        self.add(reply);
        reply.onAnswer(log("answer"));
        reply.fail(RESET);
        assertThat(log).containsExactly("answer", "late end");
    }

    @Test
    void workThatFailsTheReplyWhenItIsStoppedChangesNothing() {
        List<Reply> self = new ArrayList<>();
        Reply reply = new Reply(_ -> self.getFirst().fail(RESET));
        self.add(reply);
        reply.onEnd(outcome -> assertThat(outcome.failure()).isEqualTo(GONE));
        reply.onEnd(log("end"));
        reply.fail(GONE);
        assertThat(log).containsExactly("end");
    }

    @Test
    void completingFromInsideAListenerTellsTheEndAfterTheAnswer() {
        Reply reply = new Reply(null);
        reply.onEnd(log("end"));
        reply.onAnswer(_ -> reply.complete());
        reply.onAnswer(log("answer"));
        reply.answer(OK);
        assertThat(log).containsExactly("answer", "end");
    }

    // ---- exceptions: bugs, which may not take others down with them

    @Test
    void anExceptionInAListenerLosesNoOther() {
        Reply reply = new Reply(null);
        reply.onAnswer(log("answer 1")).onAnswer(this::bug).onAnswer(log("answer 2"));
        reply.onEnd(log("end 1")).onEnd(this::bug).onEnd(log("end 2"));
        assertThatThrownBy(() -> reply.answer(OK)).hasMessage("bug");
        assertThatThrownBy(reply::complete).hasMessage("bug");
        assertThat(log).containsExactly("answer 1", "answer 2", "end 1", "end 2");
    }

    @Test
    void anExceptionInAListenerForTheAnswerDoesNotLoseAnEndThatWaited() {
        Reply reply = new Reply(null);
        reply.onAnswer(_ -> reply.complete()).onAnswer(this::bug);
        reply.onEnd(log("end"));
        assertThatThrownBy(() -> reply.answer(OK)).hasMessage("bug");
        assertThat(log).containsExactly("end");
    }

    @Test
    void anExceptionInAListenerForAFailureDoesNotLoseTheEnd() {
        Reply reply = new Reply(null).onAnswer(this::bug).onEnd(log("end"));
        assertThatThrownBy(() -> reply.fail(RESET)).hasMessage("bug");
        assertThat(log).containsExactly("end");
    }

    @Test
    void anExceptionInTheWorkThatIsStoppedLosesNoListener() {
        Reply waiting = new Reply(this::bug).onAnswer(log("answer")).onEnd(log("end"));
        assertThatThrownBy(() -> waiting.fail(RESET)).hasMessage("bug");
        Reply answered = new Reply(this::bug).onEnd(log("end after head"));
        answered.answer(OK);
        assertThatThrownBy(() -> answered.fail(RESET)).hasMessage("bug");
        assertThat(log).containsExactly("answer", "end", "end after head");
    }

    @Test
    void anExceptionInADecisionFailsTheResultAndStopsTheWork() {
        Reply work = new Reply(log("stop"));
        Reply result = work.then(answer -> {
            throw new IllegalStateException("bug");
        });
        assertThatThrownBy(() -> work.answer(OK)).hasMessage("bug");
        assertThat(log).containsExactly("stop");
        assertThat(show(result)).isEqualTo("INTERNAL INTERNAL");
    }

    @Test
    void anExceptionInAChangeFailsTheResultAndStopsTheWork() {
        Reply work = new Reply(log("stop"));
        Reply result = work.map(head -> {
            throw new IllegalStateException("bug");
        });
        assertThatThrownBy(() -> work.answer(OK)).hasMessage("bug");
        assertThat(log).containsExactly("stop");
        assertThat(show(result)).isEqualTo("INTERNAL INTERNAL");
    }

    // ---- a reply that is there already

    @Test
    void aReplyAtHandEndsWhenItHasBeenRead() {
        Reply reply = Reply.of(new Response(200, Headers.NONE, Body.of(chunks.of("ab"))));
        assertThat(show(reply)).isEqualTo("200");
        RecordingSink read = RecordingSink.reading(head(reply).body());
        assertThat(read.text()).isEqualTo("ab");
        assertThat(show(reply)).isEqualTo("200 200");
        assertThat(chunks.held()).isZero();
    }

    @Test
    void aReplyAtHandEndsWhenItIsDiscarded() {
        Reply reply = Reply.of(new Response(200, Headers.NONE, Body.of(chunks.of("ab"))));
        head(reply).body().discard(GONE);
        assertThat(show(reply)).isEqualTo("200 200");
        assertThat(chunks.held()).isZero();
    }

    @Test
    void failingAReplyAtHandReleasesWhatItHolds() {
        Reply reply = Reply.of(new Response(200, Headers.NONE, Body.of(chunks.of("ab"))));
        reply.fail(GONE);
        assertThat(show(reply)).isEqualTo("200 200+CLIENT_GONE");
        assertThat(chunks.held()).isZero();
    }

    @Test
    void aLateAnswerToAFailedReplyIsDiscardedForTheSameReason() {
        Reply reply = Reply.failed(GONE);
        PushedBody body = new PushedBody(chunks).push("ab");
        reply.answer(new Response(200, Headers.NONE, body));
        assertThat(body.discarded()).isEqualTo(GONE);
        assertThat(chunks.held()).isZero();
        assertThat(show(reply)).isEqualTo("CLIENT_GONE CLIENT_GONE");
    }

    // ---- then

    @Test
    void thenGoesOnWithTheSameReply() {
        Reply work = new Reply(log("stop"));
        Reply result = work.then(_ -> work);
        work.answer(OK);
        assertThat(show(result)).isEqualTo("200");
        work.complete();
        assertThat(show(result)).isEqualTo("200 200");
        assertThat(log).isEmpty();
    }

    @Test
    void thenGoesOnWithAnotherReplyAndDiscardsTheFirst() {
        PushedBody unwanted = new PushedBody(chunks).push("ab");
        Reply first = new Reply(log("stop first"));
        Reply second = new Reply(log("stop second"));
        Reply result = first.then(_ -> second);
        first.answer(BUSY.withBody(unwanted));
        assertThat(unwanted.discarded()).isNotNull();
        assertThat(show(result)).isEmpty();
        second.answer(OK);
        second.complete();
        assertThat(show(result)).isEqualTo("200 200");
        assertThat(log).isEmpty();
    }

    @Test
    void failingTheResultStopsWhicheverReplyIsBehindIt() {
        Reply first = new Reply(log("stop first"));
        Reply second = new Reply(log("stop second"));
        Reply result = first.then(_ -> second);
        first.fail(RESET);
        result.fail(GONE);
        assertThat(log).containsExactly("stop first", "stop second");
        assertThat(show(second)).isEqualTo("CLIENT_GONE CLIENT_GONE");
    }

    @Test
    void thenIsNotAskedWhenTheResultHasFailedBefore() {
        Reply work = new Reply(log("stop"));
        Reply result = work.then(_ -> {
            log.add("asked");
            return work;
        });
        result.fail(GONE);
        assertThat(log).containsExactly("stop");
        assertThat(show(result)).isEqualTo("CLIENT_GONE CLIENT_GONE");
    }

    @Test
    void thenIsNotAskedWhenAnEarlierListenerFailsTheResult() {
        Reply work = new Reply(log("stop"));
        List<Reply> results = new ArrayList<>();
        work.onAnswer(_ -> results.getFirst().fail(GONE));
        results.add(work.then(_ -> {
            log.add("asked");
            return work;
        }));
        work.answer(OK);
        assertThat(log).containsExactly("stop");
        assertThat(show(results.getFirst())).isEqualTo("CLIENT_GONE CLIENT_GONE");
        assertThat(show(work)).isEqualTo("200 200+CLIENT_GONE");
    }

    @Test
    void aDecisionThatFailsTheResultStopsTheReplyThatItChose() {
        Reply first = new Reply(null);
        Reply second = new Reply(log("stop second"));
        List<Reply> results = new ArrayList<>();
        results.add(first.then(_ -> {
            results.getFirst().fail(GONE);
            return second;
        }));
        first.answer(BUSY);
        assertThat(log).containsExactly("stop second");
        assertThat(show(second)).isEqualTo("CLIENT_GONE CLIENT_GONE");
    }

    @Test
    void thenTakesAFailureForAnAnswerAndMayGiveAResponseInstead() {
        Reply work = new Reply(null);
        Reply result = work.then(_ -> Reply.of(OK));
        work.fail(RESET);
        head(result).body().discard(GONE);
        assertThat(show(result)).isEqualTo("200 200");
    }

    // ---- map

    @Test
    void mapChangesTheHeadAndEndsLikeTheFirst() {
        Reply work = new Reply(log("stop"));
        Reply result = work.map(head -> head.withHeaders(Headers.of("x-mapped", "yes")));
        work.answer(OK);
        assertThat(head(result).headers().get(HeaderName.of("x-mapped"))).isEqualTo("yes");
        work.fail(RESET);
        assertThat(show(result)).isEqualTo("200 200+RESET");
    }

    @Test
    void mapLetsAFailurePass() {
        Reply work = new Reply(null);
        Reply result = work.map(_ -> BUSY);
        work.fail(RESET);
        assertThat(show(result)).isEqualTo("RESET RESET");
    }

    @Test
    void failingAMappedReplyStopsTheWork() {
        Reply work = new Reply(log("stop"));
        Reply result = work.map(head -> head);
        result.fail(GONE);
        assertThat(log).containsExactly("stop");
        assertThat(show(work)).isEqualTo("CLIENT_GONE CLIENT_GONE");
    }

    // ---- follow

    @Test
    void aFailedReplyStopsWhatItIsToldToFollow() {
        Reply over = Reply.failed(GONE);
        Reply work = new Reply(log("stop"));
        over.follow(work);
        assertThat(log).containsExactly("stop");
        assertThat(show(work)).isEqualTo("CLIENT_GONE CLIENT_GONE");
    }

    @Test
    void followingAnEndedReplyEndsAlike() {
        Reply complete = new Reply(null);
        complete.answer(OK);
        complete.complete();
        Reply cut = new Reply(null);
        cut.answer(OK);
        cut.fail(RESET);
        assertThat(show(following(complete))).isEqualTo("200 200");
        assertThat(show(following(cut))).isEqualTo("RESET RESET"); // nobody has seen the head yet
        assertThat(show(following(Reply.failed(RESET)))).isEqualTo("RESET RESET");
    }

    @Test
    void aHeadThatAListenerHasFailedGoesNoFurther() {
        Reply work = new Reply(log("stop"));
        work.onAnswer(_ -> work.fail(GONE));
        Reply mapped = work.map(head -> {
            log.add("mapped");
            return head;
        });
        Reply decided = work.then(answer -> {
            log.add("decided on " + ((Failure) answer).kind());
            return work;
        });
        Reply followed = following(work);
        work.answer(OK);
        assertThat(log).containsExactly("stop", "decided on CLIENT_GONE");
        assertThat(show(mapped)).isEqualTo("CLIENT_GONE CLIENT_GONE");
        assertThat(show(decided)).isEqualTo("CLIENT_GONE CLIENT_GONE");
        assertThat(show(followed)).isEqualTo("CLIENT_GONE CLIENT_GONE");
    }

    @Test
    void failingAFollowerFromItsListenerStopsTheFollowed() {
        Reply work = new Reply(log("stop"));
        Reply follower = new Reply(null);
        follower.onAnswer(_ -> follower.fail(GONE));
        follower.follow(work);
        work.answer(OK);
        assertThat(log).containsExactly("stop");
        assertThat(show(follower)).isEqualTo("200 200+CLIENT_GONE");
    }

    private static Reply following(Reply other) {
        Reply follower = new Reply(null);
        follower.follow(other);
        return follower;
    }

    private static Response head(Reply reply) {
        List<Response> heads = new ArrayList<>();
        reply.onAnswer(answer -> heads.add((Response) answer));
        return heads.getFirst();
    }

    private <T> java.util.function.Consumer<T> log(String what) {
        return _ -> log.add(what);
    }

    private void bug(Object event) {
        throw new IllegalStateException("bug");
    }

    /** What was answered and how it ended, as far as it has come: {@code 200 200+RESET}. */
    private static String show(Reply reply) {
        return Told.by(reply).toString();
    }
}
