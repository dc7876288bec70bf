package io.outrigger.admin;

import io.netty.channel.EventLoop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The pages for probes: alive, started, ready. Confined to one loop: that of the admin server. */
final class StatePages {
    private static final long TURN_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ProxyView proxy;
    private final Heartbeat heartbeat;

    StatePages(ProxyView proxy, EventLoop own) {
        this.proxy = proxy;
        this.heartbeat = new Heartbeat(own, proxy.loops(), TURN_LIMIT_NANOS);
    }

    List<Operation> operations() {
        return List.of(
                probe("/healthz", healthz(), "Whether every event loop has run a task within a second."),
                probe("/ready", ready(), "Whether traffic should be sent here: started, and not draining."),
                probe("/startup", startup(), "Whether the configuration is loaded and all listeners are bound."));
    }

    private static Operation probe(String path, Page page, String summary) {
        return Operation.get(path, Operation.Audience.PROBES, page, () -> Description.of(summary)
                .answers(200, "It is so.", schema())
                .answers(503, "It is not so.", schema()));
    }

    private static Schema schema() {
        return Schema.object("How it is.")
                .with("status", Schema.text("In a word."))
                .withOptional("reason", Schema.text("Why it is not as it should be."));
    }

    /** Whether all event loops turn. */
    private Page healthz() {
        return (_, then) -> heartbeat.probe(silent -> {
            if (silent.isEmpty()) {
                then.accept(state(200, "ok", Optional.empty()));
                return;
            }
            List<String> names = silent.stream().mapToObj(Integer::toString).toList();
            String reason = "event loops that did not turn within a second: " + String.join(", ", names);
            then.accept(state(503, "stuck", Optional.of(reason)));
        });
    }

    /** Whether the proxy has come up. */
    private Page startup() {
        return (_, then) -> then.accept(
                proxy.started()
                        ? state(200, "started", Optional.empty())
                        : state(503, "starting", Optional.of("listeners are not bound yet")));
    }

    /** Whether traffic should be sent here. */
    private Page ready() {
        return (_, then) -> {
            Optional<String> reason = proxy.started() ? proxy.notReady() : Optional.of("listeners are not bound yet");
            then.accept(reason.isEmpty() ? state(200, "ready", reason) : state(503, "not ready", reason));
        };
    }

    private static Content state(int status, String word, Optional<String> reason) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("status", word);
        reason.ifPresent(text -> tree.put("reason", text));
        return Content.json(status, tree);
    }
}
