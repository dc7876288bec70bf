package io.outrigger.proxy.health;

import java.util.Arrays;

/**
 * Tells which of several values are worse than the others, where more is worse. Immutable.
 *
 * <p>Each is held against the median of all others, and their median deviation from it (times 1.4826, which makes it the
 * standard deviation where values are spread normally; Rousseeuw and Croux, Alternatives to the Median Absolute
 * Deviation, 1993). Up to half of the values may be bad by that, but where more are, a bad one has bad ones for its
 * median. So besides, where the values fall into two groups with a wide gap between them, the worse group is bad, even
 * if it is the larger one. As nothing but the gap tells that, it has to be wide in itself, too: ten fast ones are no
 * reason to turn away from one that is very fast.
 *
 * @param deviation how many deviations are too many
 * @param floor the least deviation, as a part of the median
 * @param leastFloor the least deviation, whatever the median
 * @param gapFloor the least deviation for the gap between two groups, as a part of the better group's median
 * @param leastGapFloor the same, whatever the median
 */
record Comparison(double deviation, double floor, double leastFloor, double gapFloor, double leastGapFloor) {
    private static final double NORMAL = 1.4826;

    /** For failures in percent: two points. */
    static Comparison ofFailures(double deviation) {
        return new Comparison(deviation, 0, 2, 0, 5);
    }

    /** For microseconds: 5 %, and never less than what waking a thread may take. */
    static Comparison ofLatencies(double deviation) {
        return new Comparison(deviation, 0.05, 200, 0.5, 2000);
    }

    /** For each value that is worse: what the median of the good ones is; NaN for the others. */
    double[] worse(double[] values) {
        double[] than = new double[values.length];
        Arrays.fill(than, Double.NaN);
        for (int i = 0; values.length > 1 && i < values.length; i++) {
            double[] others = without(values, i);
            double median = median(others);
            if (values[i] > median + tooMuch(deviation(others, median), Math.max(floor * median, leastFloor))) {
                than[i] = median;
            }
        }
        twoGroups(values, than);
        return than;
    }

    private void twoGroups(double[] values, double[] than) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int good = 0; // how many are below the widest gap
        double gap = 0;
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] - sorted[i - 1] > gap) {
                gap = sorted[i] - sorted[i - 1];
                good = i;
            }
        }
        if (good == 0 || 2 * good >= sorted.length) {
            return; // the median is a good one
        }
        double[] better = Arrays.copyOf(sorted, good);
        double[] worse = Arrays.copyOfRange(sorted, good, sorted.length);
        double median = median(better);
        double spread = Math.max(deviation(better, median), deviation(worse, median(worse)));
        if (gap > tooMuch(spread, Math.max(gapFloor * median, leastGapFloor))) {
            for (int i = 0; i < values.length; i++) {
                if (values[i] >= worse[0]) {
                    than[i] = median;
                }
            }
        }
    }

    private double tooMuch(double medianDeviation, double least) {
        return deviation * NORMAL * Math.max(medianDeviation, least);
    }

    private static double[] without(double[] values, int index) {
        double[] others = new double[values.length - 1];
        System.arraycopy(values, 0, others, 0, index);
        System.arraycopy(values, index + 1, others, index, others.length - index);
        return others;
    }

    /** Of at least one. */
    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static double deviation(double[] values, double median) {
        double[] off = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            off[i] = Math.abs(values[i] - median);
        }
        return median(off);
    }
}
