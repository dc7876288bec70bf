package io.outrigger.exchange;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A response that is on its way. It is answered once, with a {@link Response} head or a {@link Failure}, and ends
 * once: after the last byte of the body, or earlier with a failure. Failing a reply is also how one cancels it: the
 * work below stops, and everyone above is told why. Confined to one loop.
 *
 * <p>Listeners are called in the order in which they were added; those for the end after all those for the answer,
 * even when a listener for the answer fails the reply. A listener that comes late is called at once. One that throws
 * breaks an invariant: the others are told all the same, then the exception goes on to whoever caused the event.
 */
public final class Reply {
    private @Nullable Answer answer; // null while waiting
    private @Nullable Outcome outcome; // null until the end
    private @Nullable Consumer<? super Failure> stop; // stops the work below; null when there is none
    private @Nullable Consumer<? super Answer> answerListener; // one, or several as Both; ANSWERING while they are told
    private @Nullable Consumer<? super Outcome> endListener; // the first
    private @Nullable Consumer<? super Outcome> moreEndListeners; // null unless there are two; several as Both

    /** A reply whose producer is told by {@code stop}, at most once, when the reply fails before it is complete. */
    public Reply(@Nullable Consumer<? super Failure> stop) {
        this.stop = stop;
    }

    /** A reply that is there already. It ends when it has been read or discarded. */
    public static Reply of(Response response) {
        Reply reply = new Reply(why -> response.body().discard(why));
        reply.answer(response.withBody(new EndingBody(response.body(), reply)));
        return reply;
    }

    public static Reply failed(Failure why) {
        Reply reply = new Reply(null);
        reply.fail(why);
        return reply;
    }

    /** Whether it is complete or failed. */
    public boolean ended() {
        return outcome != null;
    }

    /** Whether a head or a failure has come. */
    public boolean answered() {
        return answer != null;
    }

    // ---- for whoever produces the response

    /** The head has come. When the reply has failed before, the body is discarded. */
    public void answer(Response head) {
        Outcome over = outcome;
        if (over != null) {
            head.body().discard(over.failure() == null ? UNREAD : over.failure());
            return;
        }
        assert answer == null : "answered twice";
        settle(head);
    }

    /** The last byte of the body has been pushed, or the rest is not wanted. */
    public void complete() {
        if (outcome == null) {
            assert answer instanceof Response : "complete without a head";
            end(Outcome.complete(status()));
        }
    }

    /** Ends the reply with a failure, at any time; does nothing once it has ended. Also how one cancels. */
    public void fail(Failure why) {
        if (outcome != null) {
            return;
        }
        outcome = new Outcome(status(), why); // first, so that stopping cannot come back here
        Consumer<? super Failure> work = stop;
        stop = null;
        try {
            if (work != null) {
                work.accept(why);
            }
        } finally {
            if (answer == null) {
                settle(why);
            } else {
                tellEnd();
            }
        }
    }

    // ---- for whoever awaits it

    public Reply onAnswer(Consumer<? super Answer> listener) {
        if (answer != null) {
            listener.accept(answer);
        } else {
            answerListener = answerListener == null ? listener : new Both<>(answerListener, listener);
        }
        return this;
    }

    public Reply onEnd(Consumer<? super Outcome> listener) {
        if (outcome != null && answer != null && !answering()) {
            listener.accept(outcome);
        } else if (endListener == null) {
            endListener = listener;
        } else {
            moreEndListeners = moreEndListeners == null ? listener : new Both<>(moreEndListeners, listener);
        }
        return this;
    }

    /**
     * Once this reply is answered, goes on as the reply that {@code decide} returns: this one, or another. When it is
     * another, what is left of this one is discarded. {@code decide} is not asked when the result has ended before.
     */
    public Reply then(Function<? super Answer, Reply> decide) {
        Reply result = new Reply(this::fail);
        onAnswer(settled -> {
            if (result.ended()) {
                return;
            }
            Reply chosen;
            try {
                chosen = decide.apply(standing(settled));
            } catch (RuntimeException | Error bug) {
                result.fail(Failure.by(bug));
                throw bug;
            }
            if (chosen != this && settled instanceof Response head) {
                head.body().discard(UNREAD);
            }
            result.follow(chosen);
        });
        return result;
    }

    /** The same reply with another head or body. A failure passes as it is. */
    public Reply map(UnaryOperator<Response> change) {
        Reply result = new Reply(this::fail);
        onAnswer(settled -> {
            if (standing(settled) instanceof Response head && !result.ended()) {
                Response changed;
                try {
                    changed = change.apply(head);
                } catch (RuntimeException | Error bug) {
                    result.fail(Failure.by(bug));
                    throw bug;
                }
                result.answer(changed);
            }
        });
        onEnd(result::endLike);
        return result;
    }

    /**
     * Does as the other reply does from now on, and stops it when this one fails. At most once, and not answered. A
     * head of the other that was cut before does not come here: only its failure does.
     */
    public void follow(Reply other) {
        Outcome over = outcome;
        if (over != null && over.failure() != null) {
            other.fail(over.failure());
            return;
        }
        stop = other::fail;
        if (other.answer == null) {
            other.onAnswer(_ -> pass(other));
        } else {
            pass(other); // nearly always: what is followed was decided on by its answer
        }
        other.onEnd(this::endLike);
    }

    // ---- inner workings

    /** Stands for listeners who are being told, so that the end has to wait. */
    private static final Consumer<Answer> ANSWERING = _ -> {};

    private static final Failure UNREAD = Failure.of(Failure.Kind.CLIENT_GONE, "the response was not wanted any more");

    /** The answer to go on with: a head that was cut before it went any further is a failure. */
    Answer standing(Answer settled) {
        return outcome != null && outcome.failure() != null ? outcome.failure() : settled;
    }

    private void pass(Reply other) {
        if (other.answer != null && other.standing(other.answer) instanceof Response head) {
            answer(head);
        }
    }

    private void endLike(Outcome other) {
        if (other.failure() != null) {
            fail(other.failure());
        } else {
            complete();
        }
    }

    private int status() {
        return answer instanceof Response head ? head.status() : 0;
    }

    private void settle(Answer first) {
        answer = first;
        Consumer<? super Answer> listeners = answerListener;
        if (listeners != null) {
            answerListener = ANSWERING;
            try {
                listeners.accept(first);
            } finally {
                answerListener = null;
                tellEnd();
            }
        } else {
            tellEnd();
        }
    }

    private boolean answering() {
        return answerListener == ANSWERING;
    }

    private void end(Outcome last) {
        outcome = last;
        stop = null;
        tellEnd();
    }

    private void tellEnd() {
        Outcome last = outcome;
        Consumer<? super Outcome> first = endListener;
        Consumer<? super Outcome> others = moreEndListeners;
        if (!answering() && last != null && first != null) {
            endListener = null;
            moreEndListeners = null;
            if (others == null) {
                first.accept(last);
            } else {
                both(first, others, last);
            }
        }
    }

    /** The second is told even when the first throws. */
    private static <T> void both(Consumer<? super T> first, Consumer<? super T> second, T event) {
        try {
            first.accept(event);
        } finally {
            second.accept(event);
        }
    }

    /** Two listeners. */
    private record Both<T>(Consumer<? super T> first, Consumer<? super T> second) implements Consumer<T> {
        @Override
        public void accept(T event) {
            both(first, second, event);
        }
    }
}
