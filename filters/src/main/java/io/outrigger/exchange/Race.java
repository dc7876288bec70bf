package io.outrigger.exchange;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Two attempts at once: the first acceptable head wins and the other attempt is failed; when there is none, the last
 * answer stands, but a head that has not been cut beats a failure. Confined to one loop.
 */
public final class Race {
    private static final Failure LOST = Failure.of(Failure.Kind.CLIENT_GONE, "another attempt answered first");

    private final Predicate<? super Response> acceptable;
    private final Reply winner;
    private boolean oneIsIn; // whether the first of the two has answered, and was not acceptable
    private @Nullable Response held; // its head, while it stands
    private boolean decided;

    private Race(Reply one, Reply other, Predicate<? super Response> acceptable) {
        this.acceptable = acceptable;
        this.winner = new Reply(why -> {
            decided = true;
            one.fail(why);
            other.fail(why);
        });
    }

    /** The reply of the two that wins. */
    public static Reply between(Reply one, Reply other, Predicate<? super Response> acceptable) {
        Race race = new Race(one, other, acceptable);
        one.onAnswer(answer -> race.answered(one, other, one.standing(answer)));
        other.onAnswer(answer -> race.answered(other, one, other.standing(answer)));
        return race.winner;
    }

    private void answered(Reply mine, Reply rival, Answer answer) {
        if (decided) {
            return;
        }
        boolean good = answer instanceof Response head && acceptable.test(head);
        if (!good && !oneIsIn) {
            oneIsIn = true; // the rival may do better
            if (answer instanceof Response head) {
                hold(mine, head);
            }
            return;
        }
        decided = true;
        Response spare = held;
        if (spare != null && answer instanceof Failure) {
            winner.follow(rival);
            return;
        }
        if (spare != null) {
            spare.body().discard(LOST);
        }
        rival.fail(LOST); // before the winner is told of, who may take his time or throw
        winner.follow(mine);
    }

    private void hold(Reply mine, Response head) {
        held = head;
        mine.onEnd(outcome -> {
            if (outcome.failure() != null) {
                held = null; // it was cut meanwhile: no better than a failure
            }
        });
    }
}
