package io.outrigger.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics(2);

    @Test
    void theSameLabelValuesGiveTheSameSeries() {
        Family<Counter> family = metrics.counters("a_total", "help", "route");

        family.with("r").increment(0);
        family.with("r").increment(1);

        assertThat(family.with("r").total()).isEqualTo(2);
        assertThat(family.with("other").total()).isZero();
    }

    @Test
    void aRetiredSeriesIsNotShownAndBeginsAnewWhenItReturns() {
        Family<Counter> family = metrics.counters("a_total", "help", "route");
        Counter kept = family.with("kept");
        Counter removed = family.with("removed");
        kept.increment(0);
        removed.increment(0);

        family.retire(labels -> labels.getFirst().equals("removed"));

        assertThat(family.series()).containsOnlyKeys(List.of("kept"));
        assertThat(family.with("kept")).isSameAs(kept);
        assertThat(family.with("removed").total()).isZero();
    }

    @Test
    void anUnseenSeriesTakesWritesAndIsNotShown() {
        Family<Counter> family = metrics.counters("a_total", "help");

        family.unseen().increment(1);

        assertThat(family.series()).isEmpty();
    }

    @Test
    void familiesAreShownByName() {
        metrics.gauges("z", "help").put(new Reading(() -> 7), new String[0]);
        metrics.counters("a_total", "help");
        metrics.infos("m_info", "help", "version");

        assertThat(metrics.families().stream().map(Family::name)).containsExactly("a_total", "m_info", "z");
    }

    @Test
    void aNameIsTakenOnce() {
        metrics.counters("a_total", "help");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> metrics.gauges("a_total", "help"))
                .withMessage("a_total: there is a metric of that name already");
    }

    @Test
    void theNumberOfLabelValuesIsChecked() {
        Family<Counter> family = metrics.counters("a_total", "help", "route", "cause");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> family.with("r"))
                .withMessage("a_total: 1 label values (expected: 2)");
    }

    @Test
    void aReadingHasToBePut() {
        assertThatIllegalStateException()
                .isThrownBy(() -> metrics.gauges("g", "help").with());
    }
}
