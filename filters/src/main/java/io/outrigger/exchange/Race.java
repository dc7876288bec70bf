package io.outrigger.exchange;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Two attempts at once: the first acceptable head wins and the other attempt is failed; when there is none, the last
 * answer stands, but a head beats a failure. Confined to one loop.
 */
public final class Race {
    private static final Failure LOST = Failure.of(Failure.Kind.CLIENT_GONE, "another attempt answered first");

    private final Predicate<? super Response> acceptable;
    private final Reply one;
    private final Reply other;
    private final Reply winner;
    private @Nullable Response held; // an unacceptable head that waits for the rival
    private boolean decided;

    private Race(Reply one, Reply other, Predicate<? super Response> acceptable) {
        this.one = one;
        this.other = other;
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
        one.onAnswer(answer -> race.answered(one, other, answer));
        other.onAnswer(answer -> race.answered(other, one, answer));
        return race.winner;
    }

    private void answered(Reply mine, Reply rival, Answer answer) {
        if (decided) {
            return;
        }
        boolean good = answer instanceof Response head && acceptable.test(head);
        if (!good && !rival.answered()) {
            held = answer instanceof Response head ? head : null; // the rival may do better
            return;
        }
        decided = true;
        if (!good && answer instanceof Failure && held != null) {
            winner.follow(rival);
            return;
        }
        winner.follow(mine);
        if (held != null) {
            held.body().discard(LOST);
        }
        rival.fail(LOST);
    }
}
