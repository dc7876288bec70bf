package io.outrigger.admin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Shows the configuration that is in force, and why a newer file is not. Immutable. */
record ConfigPage(ProxyView proxy) implements Page {
    Operation operation() {
        return Operation.get("/config", Operation.Audience.OPERATORS, this, () -> Description.of(
                        "The configuration that is in force, and why a newer file is not.")
                .answers(
                        200,
                        "The configuration.",
                        Schema.object("The configuration in force.")
                                .with("hash", Schema.text("SHA-256 of the file, in hex."))
                                .with("loadedAt", Schema.moment("When it was put in force."))
                                .with(
                                        "problems",
                                        Schema.list(
                                                "Why the file that was read last is not in force; empty when it is.",
                                                Schema.text("FILE:LINE:COLUMN: PATH: MESSAGE")))
                                .with(
                                        "config",
                                        Schema.config(
                                                "The file with every default filled in, secrets as ***, values from"
                                                        + " the environment as ${NAME}."))));
    }

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
