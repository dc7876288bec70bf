package io.outrigger.proxy.reload;

import io.outrigger.config.ListenerConfig;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.RouteConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What another configuration changes, in a line for people: {@code upstreams: +dr ~payments; drain}. Immutable. */
final class Changes {
    private static final int NAMES_SHOWN = 10;

    private Changes() {}

    static String between(OutriggerConfig before, OutriggerConfig after) {
        List<String> all = new ArrayList<>();
        addIf(all, "service", before.service(), after.service());
        add(
                all,
                "listeners",
                byName(before.listeners(), ListenerConfig::name),
                byName(after.listeners(), ListenerConfig::name));
        addIf(all, "admin", before.admin(), after.admin());
        addIf(all, "telemetry", before.telemetry(), after.telemetry());
        addIf(all, "tracing", before.tracing(), after.tracing());
        addIf(all, "drain", before.drain(), after.drain());
        addIf(all, "logging", before.logging(), after.logging());
        add(all, "stores", before.stores(), after.stores());
        add(all, "upstreams", before.upstreams(), after.upstreams());
        addIf(all, "defaults", before.defaults(), after.defaults());
        Map<String, RouteConfig> routes = byName(after.routes(), RouteConfig::name);
        int known = all.size();
        add(all, "routes", byName(before.routes(), RouteConfig::name), routes);
        if (all.size() == known && !before.routes().equals(after.routes())) {
            all.add("routes: in another order");
        }
        return all.isEmpty() ? "nothing" : String.join("; ", all);
    }

    private static void addIf(List<String> all, String key, Object before, Object after) {
        if (!before.equals(after)) {
            all.add(key);
        }
    }

    private static void add(List<String> all, String key, Map<String, ?> before, Map<String, ?> after) {
        List<String> names = new ArrayList<>();
        after.forEach((name, value) -> {
            if (!before.containsKey(name)) {
                names.add("+" + name);
            } else if (!value.equals(before.get(name))) {
                names.add("~" + name);
            }
        });
        before.keySet().stream().filter(name -> !after.containsKey(name)).forEach(name -> names.add("-" + name));
        if (!names.isEmpty()) {
            String more = names.size() > NAMES_SHOWN ? " and " + (names.size() - NAMES_SHOWN) + " more" : "";
            all.add(names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(" ", key + ": ", more)));
        }
    }

    private static <T> Map<String, T> byName(List<T> all, Function<T, String> name) {
        Map<String, T> map = new LinkedHashMap<>();
        all.forEach(one -> map.put(name.apply(one), one));
        return map;
    }
}
