import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Makes tables of what bench/run has measured: medians with the lowest and the highest round, and ratios that were taken
 * round by round, with an interval in which their median lies with 95 %.
 */
final class Report {
    private static final int FOREIGN_MOST = 12; // per cent of a core that others may have taken of a sample
    private static final int BUSY_MOST = 90; // per cent of its core that load and upstream may take, for throughput

    private final List<Sample> samples;
    private final boolean againstFirst; // each proxy against the first one of a case; else the last one against each
    private final StringBuilder text = new StringBuilder();

    private Report(List<Sample> samples, boolean againstFirst) {
        this.samples = samples;
        this.againstFirst = againstFirst;
    }

    /** One line of the measurements. */
    private record Sample(Map<String, String> values) {
        static Sample of(String line) {
            Map<String, String> values = new HashMap<>();
            for (String pair : line.split(" ")) {
                int equals = pair.indexOf('=');
                values.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
            return new Sample(values);
        }

        String name(String key) {
            return values.get(key);
        }

        double number(String key) {
            return Double.parseDouble(values.getOrDefault(key, "0"));
        }

        boolean clean() {
            return number("foreign") <= FOREIGN_MOST;
        }
    }

    public static void main(String[] arguments) throws IOException {
        List<Sample> all =
                Files.readAllLines(Path.of(arguments[0])).stream().map(Sample::of).toList();
        System.out.print(new Report(all, !arguments[1].equals("peers")).write());
    }

    private String write() {
        text.append("Java ").append(System.getProperty("java.version"));
        text.append(", Linux ").append(System.getProperty("os.version"));
        text.append(", ").append(Runtime.getRuntime().availableProcessors()).append(" cores\n");
        for (String name : names("case", samples)) {
            List<Sample> those = of("case", name, samples);
            text.append("\n## ").append(name).append("\n\n");
            switch (name) {
                case "start" -> starts(those);
                case "idle" -> plain(those, "bytes", "bytes of memory an idle connection");
                case "allocation" -> plain(those, "allocated", "bytes on the heap a request, head of 440 bytes");
                default -> loads(name, those);
            }
        }
        return text.toString();
    }

    private void loads(String name, List<Sample> those) {
        row("proxy", "requests/s", "CPU µs/request", "p50 µs", "p99 µs", "p99.9 µs", "RSS MiB", "errors", "other core", "rounds");
        row("---", "---", "---", "---", "---", "---", "---", "---", "---", "---");
        for (String proxy : names("proxy", those)) {
            List<Sample> all = of("proxy", proxy, those);
            List<Sample> its = usable(all);
            double busy = median(its, s -> s.number("busy"));
            row(
                    proxy,
                    spread(its, "%,.0f", s -> s.number("rps")),
                    spread(its, "%.1f", s -> s.number("cpu_us")),
                    spread(its, "%.0f", s -> s.number("p50")),
                    spread(its, "%,.0f", s -> s.number("p99")),
                    spread(its, "%,.0f", s -> s.number("p999")),
                    format("%.0f", median(its, s -> s.number("rss") / 1024)),
                    format("%.0f", its.stream().mapToDouble(s -> s.number("errors")).sum()),
                    format("%.0f %%", busy) + (busy >= BUSY_MOST ? " (too busy for requests/s)" : ""),
                    its.size() + mark(disturbed(all)));
        }
        List<String> proxies = new ArrayList<>(names("proxy", those));
        text.append('\n');
        row("ratio", "requests/s", "CPU/request", "p99", "p99.9");
        row("---", "---", "---", "---", "---");
        if (againstFirst) {
            proxies.stream().skip(1).forEach(proxy -> compare(those, proxy, proxies.getFirst()));
        } else {
            proxies.stream().limit(proxies.size() - 1).forEach(base -> compare(those, proxies.getLast(), base));
        }
    }

    private void compare(List<Sample> those, String measured, String base) {
        boolean disturbed = disturbed(of("proxy", measured, those)) || disturbed(of("proxy", base, those));
        row(
                measured + " ÷ " + base + mark(disturbed),
                ratio(those, measured, base, s -> s.number("rps")),
                ratio(those, measured, base, s -> s.number("cpu_us")),
                ratio(those, measured, base, s -> s.number("p99")),
                ratio(those, measured, base, s -> s.number("p999")));
    }

    private void starts(List<Sample> those) {
        row("proxy", "first proxied request, ms", "idle RSS, MiB");
        row("---", "---", "---");
        for (String proxy : names("proxy", those)) {
            List<Sample> its = of("proxy", proxy, those);
            row(
                    proxy,
                    spread(its, "%.0f", s -> s.number("first_ms")),
                    spread(its, "%.1f", s -> s.number("rss_kib") / 1024));
        }
    }

    private void plain(List<Sample> those, String key, String what) {
        row("", what);
        row("---", "---");
        those.forEach(s -> row(s.name("proxy"), format("%,.0f", s.number(key))));
    }

    /** Those that nobody disturbed, if there are two at least; else all of them, which the table has to say. */
    private static List<Sample> usable(List<Sample> its) {
        return disturbed(its) ? its : its.stream().filter(Sample::clean).toList();
    }

    private static boolean disturbed(List<Sample> its) {
        return its.stream().filter(Sample::clean).count() < 2;
    }

    private static String mark(boolean disturbed) {
        return disturbed ? " (disturbed)" : "";
    }

    private static String spread(List<Sample> its, String form, ToDoubleFunction<Sample> of) {
        double[] sorted = its.stream().mapToDouble(of).sorted().toArray();
        return format(form, median(sorted)) + " (" + format(form, sorted[0]) + " to "
                + format(form, sorted[sorted.length - 1]) + ")";
    }

    private static String ratio(List<Sample> all, String of, String to, ToDoubleFunction<Sample> what) {
        List<Double> ratios = new ArrayList<>();
        List<Sample> bases = usable(of("proxy", to, all));
        for (Sample one : usable(of("proxy", of, all))) {
            bases.stream()
                    .filter(base -> base.name("round").equals(one.name("round")))
                    .forEach(base -> ratios.add(what.applyAsDouble(one) / what.applyAsDouble(base)));
        }
        double[] sorted = ratios.stream().mapToDouble(d -> d).sorted().toArray();
        if (sorted.length == 0) {
            return "–";
        }
        int cut = cut(sorted.length);
        String interval = cut < 0
                ? ", too few rounds for an interval"
                : format(" (95 %%: %.3f", sorted[cut]) + format(" to %.3f)", sorted[sorted.length - 1 - cut]);
        return format("%.3f", median(sorted)) + interval;
    }

    /**
     * How many of n sorted values may be left out at each end so that the median lies between the others with 95 %: the
     * sign test turned round. Below 0 when even all of them are too few.
     */
    private static int cut(int n) {
        double below = 0;
        double probability = Math.pow(0.5, n);
        int k = 0;
        while (below + probability <= 0.025) {
            below += probability;
            probability = probability * (n - k) / (k + 1);
            k++;
        }
        return k - 1;
    }

    private static double median(List<Sample> its, ToDoubleFunction<Sample> of) {
        return median(its.stream().mapToDouble(of).sorted().toArray());
    }

    private static double median(double[] sorted) {
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }

    private static Set<String> names(String key, List<Sample> among) {
        Set<String> names = new LinkedHashSet<>();
        among.forEach(s -> names.add(s.name(key)));
        return names;
    }

    private static List<Sample> of(String key, String name, List<Sample> among) {
        return among.stream().filter(s -> s.name(key).equals(name)).toList();
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
