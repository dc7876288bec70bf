package io.outrigger.proxy.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outrigger.config.HealthCheckConfig;
import io.outrigger.config.Share;
import io.outrigger.config.StatusSet;
import io.outrigger.proxy.balance.Ejection.Reason;
import io.outrigger.proxy.balance.UsableEndpoints.Rules;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who takes part, at what moment. Time is a number. */
class UsableEndpointsTest {
    private static final HealthCheckConfig TWICE =
            new HealthCheckConfig("/", Duration.ofSeconds(1), Duration.ofSeconds(1), 2, 3, StatusSet.of(200));

    private final EndpointSet set = new EndpointSet();
    private long now = Long.MAX_VALUE - 500; // and soon beyond

    private UsableEndpoints usable(int count, Rules rules) {
        set.replace(List.of(Endpoints.alike(count)));
        return new UsableEndpoints("app", set, rules);
    }

    private static Rules rules(int panicPercent) {
        return new Rules(true, true, true, new Share(panicPercent));
    }

    private Endpoint endpoint(int index) {
        return set.current()[index];
    }

    private void eject(int index, long nanos) {
        endpoint(index).standing().eject(new Ejection(Reason.LATENCY, now, now + nanos, 1));
        set.renew();
    }

    private void ill(int index, boolean ill) {
        endpoint(index).standing().checkup(new Checkup(!ill, 0, "status 503", now));
        set.renew();
    }

    @Test
    void theSameViewStaysUntilSomethingChanges() {
        UsableEndpoints usable = usable(3, rules(50));
        UsableEndpoints.View first = usable.at(now);
        assertThat(first.among()).isSameAs(set.current());
        assertThat(usable.at(now + 1_000_000_000)).isSameAs(first);
        eject(0, 1000);
        assertThat(usable.at(now).among()).containsExactly(endpoint(1), endpoint(2));
        assertThat(usable.at(now + 10)).isSameAs(usable.at(now));
    }

    @Test
    void whoIsEjectedTakesPartAgainAtThatMoment() {
        UsableEndpoints usable = usable(4, rules(50));
        eject(0, 1000);
        eject(1, 2000);
        assertThat(usable.at(now + 999).well()).isEqualTo(2);
        assertThat(usable.at(now + 1000).among()).containsExactly(endpoint(0), endpoint(2), endpoint(3));
        assertThat(usable.at(now + 1999).well()).isEqualTo(3);
        assertThat(usable.at(now + 2000).among()).isSameAs(set.current());
    }

    @Test
    void onlyWhatIsConfiguredCounts() {
        UsableEndpoints usable = usable(3, new Rules(false, false, false, new Share(50)));
        eject(0, 1000);
        ill(1, true);
        assertThat(usable.at(now).well()).isEqualTo(3);
        assertThat(new UsableEndpoints("app", set, new Rules(true, false, false, new Share(50)))
                        .at(now)
                        .among())
                .containsExactly(endpoint(0), endpoint(2));
        assertThat(new UsableEndpoints("app", set, new Rules(false, true, false, new Share(50)))
                        .at(now)
                        .among())
                .containsExactly(endpoint(1), endpoint(2));
    }

    @ParameterizedTest
    @CsvSource({
        "4, 1, 50, false",
        "4, 2, 50, false",
        "4, 3, 50, true",
        "4, 4, 50, true",
        "2, 1, 50, false",
        "2, 1, 51, true",
        "1, 1, 50, true",
        "1, 1, 0, false",
        "3, 1, 100, true",
        "3, 0, 100, false",
    })
    void allAreUsedWhenFewerThanTheThresholdAreWell(int count, int ill, int percent, boolean panic) {
        UsableEndpoints usable = usable(count, rules(percent));
        for (int i = 0; i < ill; i++) {
            ill(i, true);
        }
        UsableEndpoints.View view = usable.at(now);
        assertThat(view.panic()).isEqualTo(panic);
        assertThat(view.among()).hasSize(panic ? count : count - ill);
        assertThat(view.well()).isEqualTo(count - ill);
    }

    @Test
    void noEndpointIsNoPanic() {
        UsableEndpoints usable = new UsableEndpoints("app", set, rules(50));
        assertThat(usable.at(now).among()).isEmpty();
        assertThat(usable.at(now).panic()).isFalse();
    }

    @Test
    void whoComesToOthersBeginsSlowly() {
        UsableEndpoints usable = usable(2, rules(0));
        usable.at(now);
        assertThat(endpoint(0).standing().warmth(1000, now))
                .as("there from the beginning")
                .isEqualTo(1);
        set.replace(List.of(Endpoints.alike(3)));
        usable.at(now);
        assertThat(endpoint(0).standing().warmth(1000, now)).isEqualTo(1);
        assertThat(endpoint(2).standing().warmth(1000, now)).isZero();
        assertThat(endpoint(2).standing().warmth(1000, now + 250)).isEqualTo(0.25, within(0.01));
        assertThat(endpoint(2).standing().warmth(1000, now + 1001)).isEqualTo(1);
        ill(0, true);
        usable.at(now + 5000);
        ill(0, false);
        usable.at(now + 6000);
        assertThat(endpoint(0).standing().warmth(1000, now + 6100)).isEqualTo(0.1, within(0.01));
    }

    @Test
    void whoWasUsedInAPanicIsNotNewWhenItIsOver() {
        UsableEndpoints usable = usable(3, rules(50));
        usable.at(now);
        ill(0, true);
        ill(1, true);
        assertThat(usable.at(now).panic()).isTrue();
        ill(0, false);
        ill(1, false);
        assertThat(usable.at(now).panic()).isFalse();
        assertThat(endpoint(0).standing().warmth(1000, now)).isEqualTo(1);
        assertThat(endpoint(1).standing().warmth(1000, now)).isEqualTo(1);
    }

    @Test
    void whoComesBackToNobodyHasItAllAtOnce() {
        UsableEndpoints usable = usable(1, rules(0));
        usable.at(now);
        ill(0, true);
        usable.at(now);
        ill(0, false);
        usable.at(now);
        assertThat(endpoint(0).standing().warmth(1000, now)).isEqualTo(1);
    }

    // ---- what checks agree on

    private static Checkup checks(String said) {
        Checkup checkup = Checkup.NONE;
        for (char one : said.toCharArray()) {
            checkup = checkup.with(one == '+', "status", TWICE, 7);
        }
        return checkup;
    }

    @ParameterizedTest
    @CsvSource({
        "'', true, 0",
        "--, true, 2",
        "---, false, 0",
        "--+--, true, 2",
        "---+, false, 1",
        "---+-+, false, 1",
        "---++, true, 0",
        "---++---, false, 0",
        "+++++, true, 0",
        "------, false, 0"
    })
    void checksHaveToAgreeSeveralTimesInARow(String said, boolean healthy, int contrary) {
        assertThat(checks(said).healthy()).isEqualTo(healthy);
        assertThat(checks(said).row()).isEqualTo(contrary);
    }
}
