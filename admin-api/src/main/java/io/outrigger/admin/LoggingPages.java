package io.outrigger.admin;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.concurrent.ScheduledFuture;
import io.outrigger.config.LoggingConfig.Level;
import io.outrigger.config.key.Durations;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Shows how much is logged, and has another level for a while. Confined to one loop: that of the admin server. */
final class LoggingPages {
    private static final Logger LOG = Logger.getLogger(LoggingPages.class.getName());

    private final ProxyView proxy;
    private final EventLoop own;
    private final InstantSource clock;
    private @Nullable ScheduledFuture<?> end; // of the level that was asked for; null when none was
    private @Nullable Instant until; // likewise

    LoggingPages(ProxyView proxy, EventLoop own, InstantSource clock) {
        this.proxy = proxy;
        this.own = own;
        this.clock = clock;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get(
                        "/logging",
                        Operation.Audience.OPERATORS,
                        (_, then) -> then.accept(shown()),
                        () -> Description.of("Which lines of the program are logged.")
                                .answers(200, "The level.", schema())
                                .refuses(409, "The process has no log of its own.")),
                Operation.change(HttpMethod.PUT, "/logging", this::change, () -> Description.of(
                                "Another level for a while; it ends by itself.")
                        .takes(
                                "application/json",
                                Schema.object("What is wanted.")
                                        .with("level", level("The least severe lines that are written."))
                                        .withOptional("for", Schema.text("How long: 10m if absent, 24h at most.")),
                                "{\"level\": \"debug\", \"for\": \"10m\"}")
                        .answers(200, "The level.", schema())
                        .refuses(409, "The process has no log of its own.")
                        .refuses(422, "The body is not as it should be.")));
    }

    private static Schema schema() {
        return Schema.object("The least severe lines that are written.")
                .with("level", level("Now."))
                .with("configured", level("According to the configuration."))
                .withOptional("until", Schema.moment("When the configured level counts again."));
    }

    private static Schema level(String doc) {
        return Schema.word(
                doc, Arrays.stream(Level.values()).map(LoggingPages::word).toArray(String[]::new));
    }

    private void change(Ask ask, Consumer<Content> then) {
        then.accept(
                switch (Sent.read(LoggingChange.BLOCK, ask.body())) {
                    case Sent.Wrong<LoggingChange> wrong -> wrong.content();
                    case Sent.Fine<LoggingChange>(LoggingChange change) -> {
                        proxy.logLevels().ifPresent(levels -> begin(change, levels));
                        yield shown();
                    }
                });
    }

    private void begin(LoggingChange change, LogLevels levels) {
        LOG.info(() -> "logging: " + word(change.level()) + " for " + Durations.format(change.lasts()));
        if (end != null) {
            end.cancel(false);
        }
        levels.override(change.level());
        until = clock.instant().plus(change.lasts());
        end = own.schedule(() -> end(levels), change.lasts().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void end(LogLevels levels) {
        end = null;
        until = null;
        levels.endOverride();
        LOG.info(() -> "logging: " + word(levels.configured()) + " again, as configured");
    }

    private Content shown() {
        LogLevels levels = proxy.logLevels().orElse(null);
        if (levels == null) {
            return Content.problem(409, "this process has no log of its own");
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("level", word(levels.inForce()));
        tree.put("configured", word(levels.configured()));
        if (until != null) {
            tree.put("until", until.toString());
        }
        return Content.json(200, tree);
    }

    private static String word(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }
}
