package io.outrigger.admin;

import com.sun.management.UnixOperatingSystemMXBean;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.DoubleSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Shows what the process takes from its host, by the names that Prometheus's own clients use. Immutable. */
final class ProcessMeters {
    private static final Logger LOG = Logger.getLogger(ProcessMeters.class.getName());
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:"; // followed by kibibytes

    private ProcessMeters() {}

    static void register(Metrics metrics, String version) {
        metrics.infos("outrigger_build_info", "The version of the program.", "version")
                .with(version);
        double start = ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3;
        gauge(metrics, "process_start_time_seconds", "When the process began, in seconds since 1970.", () -> start);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            metrics.readCounters("process_cpu_seconds_total", "Time on processors, in user and system mode.")
                    .put(new Reading(() -> system.getProcessCpuTime() / 1e9));
            gauge(metrics, "process_open_fds", "File descriptors that are open.", system::getOpenFileDescriptorCount);
            gauge(metrics, "process_max_fds", "File descriptors that may be open.", system::getMaxFileDescriptorCount);
        }
        if (Files.isReadable(STATUS)) {
            gauge(
                    metrics,
                    "process_resident_memory_bytes",
                    "Memory in use, as the kernel counts it.",
                    ProcessMeters::resident);
        }
    }

    private static void gauge(Metrics metrics, String name, String help, DoubleSupplier value) {
        metrics.gauges(name, help).put(new Reading(value));
    }

    private static double resident() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(RESIDENT)) {
                    return 1024.0 * Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException e) {
            LOG.log(Level.FINE, "process_resident_memory_bytes", e);
        }
        return Double.NaN;
    }
}
