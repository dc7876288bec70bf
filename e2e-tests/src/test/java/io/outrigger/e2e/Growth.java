package io.outrigger.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What a process takes, looked at again and again, and by how much that grows after the warm-up, which is the first
 * third of the time. Confined to one thread.
 */
final class Growth {
    /** What it takes at one moment; sizes in bytes. */
    record Sample(double seconds, double resident, double files, double threads, double direct) {}

    private final List<Sample> samples = new ArrayList<>();
    private final Program program;
    private final long start = System.nanoTime();

    Growth(Program program) {
        this.program = program;
    }

    void look() throws IOException, InterruptedException {
        Path proc = Path.of("/proc/" + program.pid());
        List<String> status = Files.readAllLines(proc.resolve("status"));
        try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
            samples.add(new Sample(
                    (System.nanoTime() - start) / 1e9,
                    number(status, "VmRSS:") * 1024,
                    files.count(),
                    number(status, "Threads:"),
                    program.series("jvm_buffer_memory_used_bytes", "id=\"direct\"")));
        }
    }

    private static double number(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Bytes on the heap that are in use when the garbage has been collected. */
    double liveHeap() throws IOException, InterruptedException {
        program.collectGarbage();
        return program.series("jvm_memory_used_bytes", "area=\"heap\"");
    }

    /** The samples behind the first third of the time. */
    List<Sample> warm() {
        double from = samples.getLast().seconds() / 3;
        return samples.stream().filter(sample -> sample.seconds() >= from).toList();
    }

    /** By how much the median of the second half is above that of the first: a peak while something is compiled is none. */
    static double between(List<Sample> samples, ToDoubleFunction<Sample> what) {
        int middle = samples.size() / 2;
        return median(samples.subList(middle, samples.size()), what) - median(samples.subList(0, middle), what);
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> what) {
        return samples.stream()
                .mapToDouble(what)
                .sorted()
                .skip(samples.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    /** By how much this grows in an hour, as the line of least squares has it. */
    static double perHour(List<Sample> samples, ToDoubleFunction<Sample> what) {
        double time = samples.stream().mapToDouble(Sample::seconds).average().orElseThrow();
        double mean = samples.stream().mapToDouble(what).average().orElseThrow();
        double above = 0;
        double below = 0;
        for (Sample sample : samples) {
            above += (sample.seconds() - time) * (what.applyAsDouble(sample) - mean);
            below += (sample.seconds() - time) * (sample.seconds() - time);
        }
        return above / below * 3600;
    }
}
