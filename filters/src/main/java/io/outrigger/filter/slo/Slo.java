package io.outrigger.filter.slo;

import io.outrigger.config.Share;
import io.outrigger.config.SloConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/** The promise of a route and how it is kept. Shared by all loops. */
public final class Slo {
    /** The names of what can be promised: the label {@code sli}. */
    public static final String AVAILABILITY = "availability";

    public static final String LATENCY = "latency";

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How a promise stands; the last is the worst. */
    public enum State {
        OK("ok"),
        /** The budget burns so fast that somebody should look. */
        WARN("warn"),
        /** Nothing of the budget is left. */
        EXHAUSTED("exhausted");

        private final String word;

        State(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * One of the things that are promised, as it is now. Immutable.
     *
     * @param name availability or latency: the label {@code sli}
     * @param good exchanges since the route has its promise
     * @param bad likewise
     * @param budgetRemaining 1 where all of the budget is left, 0 where it is used up, less where more than that is
     * @param burnRates how many times faster than promised the budget is used up; 0 where nothing happened
     */
    public record Sli(
            String name,
            Share objective,
            long good,
            long bad,
            double budgetRemaining,
            Map<SloWindow, Double> burnRates,
            State state) {}

    /** One of the promises, and which exchanges break it. Immutable. */
    private record Promise(String name, Share objective, ToLongFunction<Counts> bad) {
        double burn(Counts within) {
            double share = within.all() == 0 ? 0 : bad.applyAsLong(within) / (double) within.all();
            return share / allowed();
        }

        /** What may be bad, without the last digits of 1 - 0.999, which would leave a little of a budget that is used up. */
        private double allowed() {
            return Math.rint((1 - objective.fraction()) * 1e12) / 1e12;
        }
    }

    private final String route;
    private final SloConfig config;
    private final ServiceLevel level;
    private final LongSupplier nanoTime;
    private final List<Promise> promises = new ArrayList<>(2);
    private volatile long askedNanos; // when exhausted was found out
    private volatile boolean exhausted;

    /** @param level of the route, which outlives this */
    public Slo(String route, SloConfig config, ServiceLevel level, LongSupplier nanoTime) {
        this.route = route;
        this.config = config;
        this.level = level;
        this.nanoTime = nanoTime;
        this.askedNanos = nanoTime.getAsLong() - FRESH_NANOS;
        promises.add(new Promise(AVAILABILITY, config.availability(), Counts::bad));
        config.latency().ifPresent(latency -> promises.add(new Promise(LATENCY, latency.objective(), Counts::slow)));
    }

    public String route() {
        return route;
    }

    public SloConfig config() {
        return config;
    }

    ServiceLevel level() {
        return level;
    }

    /** What is promised: availability, and latency where that is. From any thread. */
    public List<String> names() {
        return promises.stream().map(Promise::name).toList();
    }

    /** The same, as it is now. From any thread. */
    public List<Sli> slis() {
        return IntStream.range(0, promises.size()).mapToObj(this::sli).toList();
    }

    /** The worst of all. */
    public State state() {
        return slis().stream().map(Sli::state).max(Comparator.naturalOrder()).orElse(State.OK);
    }

    /** Whether nothing of a budget is left, as it was at most a second ago. From any thread, at once. */
    public boolean exhausted() {
        long now = nanoTime.getAsLong();
        if (now - askedNanos >= FRESH_NANOS) {
            askedNanos = now;
            exhausted = state() == State.EXHAUSTED;
        }
        return exhausted;
    }

    private Sli sli(int index) {
        Map<SloWindow, Double> burns = new EnumMap<>(SloWindow.class);
        for (SloWindow window : SloWindow.values()) {
            burns.put(window, burnRate(index, window));
        }
        double remaining = budgetRemaining(index);
        Promise promise = promises.get(index);
        return new Sli(
                promise.name, promise.objective, good(index), bad(index), remaining, burns, state(remaining, burns));
    }

    // ---- of one of them, by its place in names()

    double objective(int index) {
        return promises.get(index).objective.fraction();
    }

    double burnRate(int index, SloWindow window) {
        return promises.get(index).burn(level.within(window.length(), nanoTime.getAsLong()));
    }

    double budgetRemaining(int index) {
        return 1 - promises.get(index).burn(level.within(longest(), nanoTime.getAsLong()));
    }

    long good(int index) {
        Counts counts = level.counts();
        return counts.all() - promises.get(index).bad.applyAsLong(counts);
    }

    long bad(int index) {
        return promises.get(index).bad.applyAsLong(level.counts());
    }

    /** The time that the budget is looked at over: what is promised for, or as far back as is known. */
    private Duration longest() {
        Duration most = SloWindow.THREE_DAYS.length();
        return config.window().compareTo(most) < 0 ? config.window() : most;
    }

    static State state(double remaining, Map<SloWindow, Double> burns) {
        if (remaining <= 0) {
            return State.EXHAUSTED;
        }
        boolean fast = both(burns, 14.4, SloWindow.HOUR, SloWindow.FIVE_MINUTES); // 2 % of 30 days in an hour
        boolean steady = both(burns, 6, SloWindow.SIX_HOURS, SloWindow.HALF_AN_HOUR); // 5 % of them in six
        return fast || steady ? State.WARN : State.OK;
    }

    private static boolean both(Map<SloWindow, Double> burns, double most, SloWindow longer, SloWindow shorter) {
        return burns.getOrDefault(longer, 0.0) >= most && burns.getOrDefault(shorter, 0.0) >= most;
    }
}
