package io.outrigger.metrics;

import java.time.Instant;

/** Shows which configuration is in force, and how the last reload went. Shared by all loops. */
public final class ConfigMeters {
    private final Family<SharedCounter> reloads;
    private final Family<Reading> successful;
    private final Family<Reading> timestamp;
    private final Family<Reading> info;

    public ConfigMeters(Metrics metrics) {
        reloads = metrics.sharedCounters(
                "outrigger_config_reloads_total", "Reloads of the configuration, by how they ended.", "result");
        successful = metrics.gauges(
                "outrigger_config_last_reload_successful", "Whether the file that was read last is in force: 1 or 0.");
        timestamp = metrics.gauges(
                "outrigger_config_last_reload_timestamp_seconds", "When a configuration was put in force last.");
        info = metrics.infos("outrigger_config_info", "The configuration that is in force, by its hash.", "hash");
        reloads.with("success");
        reloads.with("failure");
    }

    /** The configuration that the process starts with. */
    public void started(String hash, Instant now) {
        inForce(hash, now);
    }

    /** Another configuration has been put in force. */
    public void reloaded(String hash, Instant now) {
        reloads.with("success").increment();
        inForce(hash, now);
    }

    /** A file was refused; the configuration before it stays in force. */
    public void refused() {
        reloads.with("failure").increment();
        show(successful, 0);
    }

    /** The file that is in force is there again, after one that was refused. */
    public void restored() {
        show(successful, 1);
    }

    private void inForce(String hash, Instant now) {
        info.retire(labels -> !labels.getFirst().equals(hash));
        info.with(hash);
        show(timestamp, now.toEpochMilli() / 1e3);
        show(successful, 1);
    }

    private static void show(Family<Reading> family, double value) {
        family.put(new Reading(() -> value));
    }
}
