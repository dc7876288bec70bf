package io.outrigger.metrics;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What each exchange pays for being counted. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class MetricsBenchmark {
    private final Counter counter = new Counter(2);
    private final Histogram histogram = new Histogram(2, Buckets.DURATIONS);
    private long nanos;

    @Benchmark
    public void count() {
        counter.increment(1);
    }

    @Benchmark
    public void record() { // durations from 0 to 33 ms, so that the bucket cannot be foreseen
        nanos = nanos * 25_214_903_917L + 11 & (1L << 45) - 1;
        histogram.record(1, nanos >>> 20);
    }

    @Benchmark
    public void clock(Blackhole hole) { // what a reading of the clock costs beside them
        hole.consume(System.nanoTime());
    }
}
