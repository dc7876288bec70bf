package io.outrigger.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeptTest {
    private final List<String> told = new ArrayList<>();
    private final Kept first = Kept.none();

    @Test
    void stateOfTheSameOwnerTypeAndShapeSurvives() {
        AtomicInteger state = counter(first, "charge", "30s");
        first.settle();
        assertThat(counter(first.next(), "charge", "30s")).isSameAs(state);
    }

    @Test
    void stateSurvivesEveryReloadThatClaimsIt() {
        AtomicInteger state = counter(first, "charge", "30s");
        first.settle();
        Kept kept = first;
        for (int i = 0; i < 5; i++) {
            kept = kept.next();
            assertThat(counter(kept, "charge", "30s")).isSameAs(state);
            kept.settle();
        }
    }

    @Test
    void anotherOwnerTypeOrShapeBeginsAnew() {
        AtomicInteger state = counter(first, "charge", "30s");
        first.settle();
        Kept next = first.next();
        assertThat(counter(next, "refund", "30s")).isNotSameAs(state);
        assertThat(counter(next, "charge", "60s")).isNotSameAs(state);
        assertThat(next.claim("charge", StringBuilder.class, "30s", StringBuilder::new))
                .isEmpty();
        assertThat(counter(next, "charge", "30s")).isSameAs(state);
    }

    @Test
    void claimsOfOneSnapshotShareOneState() {
        assertThat(counter(first, "charge", "30s")).isSameAs(counter(first, "charge", "30s"));
    }

    @Test
    void whatASnapshotDidNotClaimIsForgotten() {
        AtomicInteger state = counter(first, "charge", "30s");
        first.settle();
        Kept without = first.next();
        without.settle();
        assertThat(counter(without.next(), "charge", "30s")).isNotSameAs(state);
    }

    @Test
    void stateMayClaimStateWhileItIsMade() {
        first.claim("charge", Noting.class, "outer", () -> {
            noting(first, "inner");
            return new Noting("outer");
        });
        first.settle();
        assertThat(told).containsExactly("inner begins", "outer begins");
    }

    @Test
    void whatNobodyClaimsEndsBeforeWhatIsFreshBegins() {
        noting(first, "stays");
        noting(first, "goes");
        noting(first, "goes too");
        first.settle();
        told.clear();

        Kept next = first.next();
        noting(next, "stays");
        noting(next, "comes");
        assertThat(told).as("before it is in force").isEmpty();
        next.settle();
        assertThat(told).containsExactly("goes too ends", "goes ends", "comes begins");

        told.clear();
        next.settle();
        assertThat(told).as("twice").isEmpty();
    }

    @Test
    void aSnapshotThatCameToNothingLeavesAllAsItWas() {
        Noting stays = noting(first, "stays");
        first.settle();
        told.clear();

        Kept vain = first.next();
        noting(vain, "stays");
        noting(vain, "never");
        vain.abandon();
        assertThat(told).containsExactly("never ends");

        assertThat(noting(first.next(), "stays")).isSameAs(stays);
    }

    private static AtomicInteger counter(Kept kept, String owner, String shape) {
        return kept.claim(owner, AtomicInteger.class, shape, AtomicInteger::new);
    }

    private Noting noting(Kept kept, String name) {
        return kept.claim(name, Noting.class, "", () -> new Noting(name));
    }

    private final class Noting implements Kept.Active {
        private final String name;

        Noting(String name) {
            this.name = name;
        }

        @Override
        public void begin() {
            told.add(name + " begins");
        }

        @Override
        public void end() {
            told.add(name + " ends");
        }
    }
}
