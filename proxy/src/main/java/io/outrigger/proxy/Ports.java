package io.outrigger.proxy;

import io.outrigger.admin.AdminPort;
import io.outrigger.admin.AdminServer;
import io.outrigger.config.AdminConfig;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.TelemetryConfig;
import io.outrigger.proxy.log.Logs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;

/** The ports for operators and for probes. Changed on the thread that starts and reloads. Shared by all loops. */
final class Ports {
    private static final Logger LOG = Logs.logger(Ports.class);

    /** A port, and what it was opened for. Immutable. */
    private record Open<C>(AdminPort port, C config) {}

    private final AdminServer server;
    private volatile Optional<Open<AdminConfig>> admin = Optional.empty();
    private volatile Optional<Open<TelemetryConfig>> telemetry = Optional.empty();

    Ports(AdminServer server) {
        this.server = server;
    }

    /** The admin port; empty when the configuration has none. */
    Optional<AdminPort> admin() {
        return admin.map(Open::port);
    }

    /** The telemetry port; empty when the configuration has none. */
    Optional<AdminPort> telemetry() {
        return telemetry.map(Open::port);
    }

    /**
     * Opens what a configuration has and the present one has not.
     *
     * @throws IOException when an address cannot be bound or a token not be read; nothing has changed then
     */
    Change prepare(OutriggerConfig config) throws IOException {
        Change change = new Change();
        try {
            if (config.admin().isPresent()) {
                change.take(config.admin().get());
            }
            if (config.telemetry().isPresent()) {
                change.take(config.telemetry().get());
            }
            return change;
        } catch (IOException e) {
            change.abandon();
            throw e;
        }
    }

    /** From the present ports to others. Confined to the thread that starts and reloads. */
    final class Change {
        private Optional<Open<AdminConfig>> nextAdmin = Optional.empty();
        private Optional<Open<TelemetryConfig>> nextTelemetry = Optional.empty();
        private Runnable renewal = () -> {};
        private final List<AdminPort> fresh = new ArrayList<>();

        private void take(AdminConfig config) throws IOException {
            Open<AdminConfig> now = admin.orElse(null);
            if (now == null || !now.config.address().equals(config.address())) {
                nextAdmin = Optional.of(new Open<>(opened(server.open(config)), config));
                return;
            }
            nextAdmin = Optional.of(new Open<>(now.port, config));
            if (!now.config.equals(config)) {
                renewal = server.renewal(now.port, config);
            }
        }

        private void take(TelemetryConfig config) throws IOException {
            Open<TelemetryConfig> now = telemetry.orElse(null);
            boolean stays = now != null && now.config.equals(config);
            nextTelemetry = stays ? telemetry : Optional.of(new Open<>(opened(server.open(config)), config));
        }

        private AdminPort opened(AdminPort port) {
            fresh.add(port);
            return port;
        }

        /** To be called when the configuration is in force. */
        void commit() {
            Optional<AdminPort> oldAdmin = admin();
            Optional<AdminPort> oldTelemetry = telemetry();
            admin = nextAdmin;
            telemetry = nextTelemetry;
            renewal.run();
            replace("admin", oldAdmin, admin());
            replace("telemetry", oldTelemetry, telemetry());
        }

        private static void replace(String what, Optional<AdminPort> old, Optional<AdminPort> next) {
            if (!old.equals(next)) {
                old.ifPresent(AdminPort::retire);
                String told = next.map(port -> what + " answers at " + Listeners.text(port.address()))
                        .orElse(what + " answers no more");
                LOG.info(told);
            }
        }

        /** Gives back what was opened. */
        void abandon() {
            fresh.forEach(AdminPort::close);
        }
    }
}
