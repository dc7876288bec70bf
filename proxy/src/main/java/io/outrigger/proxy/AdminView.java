package io.outrigger.proxy;

import io.outrigger.admin.ConfigView;
import io.outrigger.admin.Controls;
import io.outrigger.admin.LogLevels;
import io.outrigger.admin.ProxyView;
import io.outrigger.admin.ReloadView;
import io.outrigger.admin.RouteView;
import io.outrigger.admin.UpstreamView;
import io.outrigger.config.ReadResult;
import io.outrigger.exchange.Loop;
import io.outrigger.filter.circuitbreaker.RouteCircuits;
import io.outrigger.filter.fault.Experiments;
import io.outrigger.filter.idempotency.RouteKeys;
import io.outrigger.filter.observe.RecentExchanges;
import io.outrigger.filter.slo.Slo;
import io.outrigger.proxy.explain.Asked;
import io.outrigger.proxy.explain.Explainer;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.reload.Reloads;
import io.outrigger.proxy.route.Bulkheads.Bulkhead;
import io.outrigger.proxy.route.CompiledRoute;
import io.outrigger.proxy.tls.NamedFiles;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the admin port is shown of the running proxy. Shared by all loops. */
final class AdminView implements ProxyView {
    private final Current current;
    private final Loops loops;
    private final RecentExchanges recent;
    private final Optional<LogLevels> logLevels;
    private final Reloads reloads;
    private final Experiments experiments;
    private final Controls controls;
    private volatile boolean started;

    AdminView(
            Current current,
            Loops loops,
            RecentExchanges recent,
            Optional<LogLevels> logLevels,
            Reloads reloads,
            Experiments experiments,
            Controls controls) {
        this.current = current;
        this.loops = loops;
        this.recent = recent;
        this.logLevels = logLevels;
        this.reloads = reloads;
        this.experiments = experiments;
        this.controls = controls;
    }

    void begin() {
        started = true;
    }

    @Override
    public boolean started() {
        return started;
    }

    @Override
    public Optional<String> notReady() {
        if (!started) {
            return Optional.of("starting");
        }
        return current.draining() ? Optional.of("draining") : Optional.empty();
    }

    @Override
    public ConfigView config() {
        Active active = current.get();
        return new ConfigView(
                active.read().effective().tree(),
                active.read().hash(),
                active.snapshot().createdAt(),
                reloads.problems());
    }

    @Override
    public ReadResult withItsFiles(ReadResult read) {
        return NamedFiles.check(read);
    }

    @Override
    public List<ReloadView> reloads() {
        return reloads.history();
    }

    @Override
    public Controls controls() {
        return controls;
    }

    @Override
    public List<RouteView> routes() {
        Active active = current.get();
        Map<String, Map<String, ?>> shown = new LinkedHashMap<>();
        if (active.read().effective().tree().get("routes") instanceof List<?> routes) {
            for (Object route : routes) {
                Map<String, Object> rest = copy(route);
                shown.put(String.valueOf(rest.remove("name")), rest);
            }
        }
        return active.snapshot().routes().stream()
                .map(CompiledRoute::name)
                .map(name -> new RouteView(
                        name,
                        shown.getOrDefault(name, Map.of()),
                        Optional.ofNullable(active.bulkheads().get(name)).map(Bulkhead::name)))
                .toList();
    }

    @Override
    public Optional<RouteCircuits> circuits(String route) {
        return Optional.ofNullable(current.get().circuits().get(route));
    }

    @Override
    public Optional<RouteKeys> keys(String route) {
        return Optional.ofNullable(current.get().keys().get(route));
    }

    @Override
    public Optional<Slo> slo(String route) {
        return Optional.ofNullable(current.get().slos().get(route));
    }

    @Override
    public Experiments experiments() {
        return experiments;
    }

    @Override
    public List<UpstreamView> upstreams() {
        Active active = current.get();
        Map<String, Object> shown = copy(active.read().effective().tree().get("upstreams"));
        long now = System.nanoTime();
        Instant wallClock = Instant.now();
        return active.upstreams().values().stream()
                .map(upstream -> new UpstreamView(
                        upstream.name(),
                        copy(shown.get(upstream.name())),
                        upstream.pool().waiting(),
                        upstream.usable().at(now).panic(),
                        bulkheads(active, upstream.name()),
                        new EndpointViews(upstream, now, wallClock).all()))
                .toList();
    }

    @Override
    public Map<String, Object> explain(String method, String url, List<String> headers) {
        Active active = current.get();
        return new Explainer(active.read(), active.snapshot())
                .explain(new Asked(method, url, headers))
                .tree();
    }

    @Override
    public RecentExchanges recent() {
        return recent;
    }

    @Override
    public Optional<LogLevels> logLevels() {
        return logLevels;
    }

    @Override
    public List<? extends Loop> loops() {
        return loops.all();
    }

    private static List<String> bulkheads(Active active, String upstream) {
        return active.snapshot().routes().stream()
                .map(CompiledRoute::config)
                .filter(route -> route.target().upstreams().contains(upstream))
                .map(route -> active.bulkheads().get(route.name()))
                .filter(Objects::nonNull)
                .map(Bulkhead::name)
                .distinct()
                .toList();
    }

    private static Map<String, Object> copy(@org.jspecify.annotations.Nullable Object tree) {
        Map<String, Object> copy = new LinkedHashMap<>();
        if (tree instanceof Map<?, ?> map) {
            map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        }
        return copy;
    }
}
