package io.outrigger.admin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Shows the configuration that is in force, and why a newer file is not. Immutable. */
record ConfigPage(ProxyView proxy) implements Page {
    @Override
    public void show(Ask ask, Consumer<Content> then) {
        ConfigView config = proxy.config();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("hash", config.hash());
        tree.put("loadedAt", config.loadedAt().toString());
        tree.put("problems", config.problems());
        tree.put("config", config.effective());
        then.accept(Content.json(200, tree));
    }
}
