package io.outrigger.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is worse than the others, by hand-made numbers; the deviation is 3.5, so that 5.19 deviations are too many. */
class ComparisonTest {
    private static final Comparison FAILURES = Comparison.ofFailures(3.5);
    private static final Comparison LATENCIES = Comparison.ofLatencies(3.5);

    /** The indexes of those that are worse. */
    private static int[] worse(Comparison comparison, double... values) {
        double[] than = comparison.worse(values);
        return IntStream.range(0, than.length)
                .filter(i -> !Double.isNaN(than[i]))
                .toArray();
    }

    private static int[] worseMillis(double... millis) {
        return worse(LATENCIES, Arrays.stream(millis).map(ms -> ms * 1000).toArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10})
    void ofEquallyBadOnesAllAreWorseAndNoGoodOneIs(int count) {
        for (int bad = 1; bad < count; bad++) {
            int[] expected = IntStream.range(0, bad).toArray();
            double[] failures = new double[count];
            double[] micros = new double[count];
            for (int i = 0; i < count; i++) {
                failures[i] = i < bad ? 40 : 0;
                micros[i] = i < bad ? 100_000 : 10_000;
            }
            assertThat(worse(FAILURES, failures))
                    .as("%d of %d fail", bad, count)
                    .isEqualTo(expected);
            assertThat(worse(LATENCIES, micros))
                    .as("%d of %d are slow", bad, count)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aFifthMoreThanTheOthersIsTooMuchWhereTheyAreAlike() {
        // the least deviation is 5 % of the median: 5.1891 times that is 25.9 %
        assertThat(worseMillis(100, 100, 100, 125)).isEmpty();
        assertThat(worseMillis(100, 100, 100, 126)).containsExactly(3);
        // and two points of success rates: 10.4 points
        assertThat(worse(FAILURES, 1, 1, 1, 11)).isEmpty();
        assertThat(worse(FAILURES, 1, 1, 1, 12)).containsExactly(3);
    }

    @Test
    void howFarTheOthersAreApartDecidesHowFarIsTooFar() {
        // the others of the last one: median 30, median deviation 10
        assertThat(worseMillis(10, 20, 30, 40, 50, 81)).isEmpty();
        assertThat(worseMillis(10, 20, 30, 40, 50, 82)).containsExactly(5);
    }

    @Test
    void ofTwoTheOneIsHeldAgainstTheOther() {
        assertThat(worseMillis(10, 30)).containsExactly(1);
        assertThat(worseMillis(30, 10)).containsExactly(0);
        assertThat(worseMillis(10, 10)).isEmpty();
        assertThat(worse(FAILURES, 0, 100)).containsExactly(1);
    }

    @Test
    void oneAloneIsWorseThanNobody() {
        assertThat(worse(FAILURES, 100)).isEmpty();
        assertThat(worse(FAILURES)).isEmpty();
    }

    @Test
    void aMillisecondIsNoReason() {
        assertThat(worseMillis(0.1, 0.1, 0.1, 1.1)).isEmpty();
        assertThat(worseMillis(0.1, 0.1, 0.1, 1.2)).containsExactly(3);
    }

    @Test
    void allThatAreAsFastAsUsualStayBesideOneThatIsVeryFast() {
        assertThat(worseMillis(4, 10, 10.1, 10.2, 10.3)).isEmpty();
        assertThat(worseMillis(2, 10, 10, 10))
                .as("a gap of more than 2.6 times and 10.4 ms")
                .isEmpty();
        assertThat(worseMillis(2, 13, 13, 13)).containsExactly(1, 2, 3);
    }

    @Test
    void whenAllFailAlikeNobodyIsWorse() {
        assertThat(worse(FAILURES, 100, 100, 100)).isEmpty();
        assertThat(worse(FAILURES, 60, 55, 50, 45, 40)).isEmpty();
    }

    /** Seeded: 20 fleets of each size, all from one distribution, 1,000 requests each. */
    @Test
    void ofThoseThatAreAlikeButForChanceNobodyIsWorse() {
        Random random = new Random(20);
        for (int count = 2; count <= 12; count++) {
            for (int fleet = 0; fleet < 20; fleet++) {
                double[] failures = new double[count];
                double[] medians = new double[count];
                for (int i = 0; i < count; i++) {
                    double[] micros = new double[1000];
                    for (int request = 0; request < micros.length; request++) {
                        failures[i] += random.nextInt(100) < 5 ? 0.1 : 0;
                        micros[request] = 5000 * Math.exp(random.nextGaussian() * 0.7); // log-normal, as latencies are
                    }
                    Arrays.sort(micros);
                    medians[i] = micros[500];
                }
                assertThat(worse(FAILURES, failures)).as("%d", count).isEmpty();
                assertThat(worse(LATENCIES, medians)).as("%d", count).isEmpty();
            }
        }
    }
}
