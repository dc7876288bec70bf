package io.outrigger.config;

import java.util.BitSet;
import java.util.List;

/** Some of the statuses 100 to 599, given one by one or as ranges. Immutable. */
public final class StatusSet {
    public static final StatusSet NONE = of(List.of());

    /** Both ends are included. */
    public record Range(int first, int last) {
        public Range {
            if (first < 100 || last > 599 || first > last) {
                throw new IllegalArgumentException("status: " + first + "-" + last + " (expected: within 100 to 599)");
            }
        }

        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }

    private final List<Range> ranges;
    private final BitSet statuses = new BitSet(600);

    private StatusSet(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
        for (Range range : ranges) {
            statuses.set(range.first, range.last + 1);
        }
    }

    public static StatusSet of(List<Range> ranges) {
        return new StatusSet(ranges);
    }

    public static StatusSet of(int... statuses) {
        return of(
                java.util.Arrays.stream(statuses).mapToObj(s -> new Range(s, s)).toList());
    }

    public boolean contains(int status) {
        return status >= 0 && statuses.get(status);
    }

    public boolean isEmpty() {
        return statuses.isEmpty();
    }

    /** As they were written, in that order. */
    public List<Range> ranges() {
        return ranges;
    }

    /** Equal when they contain the same statuses, however these were written. */
    @Override
    public boolean equals(Object other) {
        return other instanceof StatusSet that && statuses.equals(that.statuses);
    }

    @Override
    public int hashCode() {
        return statuses.hashCode();
    }

    @Override
    public String toString() {
        return ranges.toString();
    }
}
