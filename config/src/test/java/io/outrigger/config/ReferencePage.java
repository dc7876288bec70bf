package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.ListOf;
import io.outrigger.config.key.MapOf;
import io.outrigger.config.key.OneOf;
import io.outrigger.config.key.OrWord;
import io.outrigger.config.key.Type;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes docs/configuration.md from the registry of keys. */
final class ReferencePage {
    private final StringBuilder page = new StringBuilder();
    private final Map<Block<?>, String> headings = new HashMap<>();
    private final Set<String> written = new HashSet<>();

    private ReferencePage() {}

    static String write() throws IOException {
        ReferencePage reference = new ReferencePage();
        reference.page.append(Yaml.resource("configuration-head.md"));
        reference
                .page
                .append("## A small file\n\n```yaml\n")
                .append(OutriggerConfig.BLOCK.example())
                .append("```\n\n");
        reference.page.append("## All keys\n\n");
        reference.name(OutriggerConfig.BLOCK, "");
        reference.section(OutriggerConfig.BLOCK, "");
        return reference.page.toString();
    }

    /** First come, first served: a block that stands in two places is described where it comes first. */
    private void name(Block<?> block, String path) {
        if (headings.putIfAbsent(block, path) != null) {
            return;
        }
        for (Key<?> key : block.keys()) {
            if (isDescribedWithRoutes(block, key)) {
                continue;
            }
            inner(key.type(), under(path, key)).forEach((nested, at) -> name(nested, at));
        }
    }

    /** What stands under defaults is that of routes, and is described there. */
    private static boolean isDescribedWithRoutes(Block<?> block, Key<?> key) {
        return block == PoliciesConfig.BLOCK && PoliciesConfig.KEYS.contains(key);
    }

    private static String under(String path, Key<?> key) {
        return path.isEmpty() ? key.name() : path + "." + key.name();
    }

    /** The mappings that a value is or holds, with the paths at which they stand. */
    private static Map<Block<?>, String> inner(Type<?> type, String path) {
        Map<Block<?>, String> blocks = new LinkedHashMap<>();
        switch (type) {
            case Block<?> block -> blocks.put(block, path);
            case ListOf<?> list -> list.parts().forEach(part -> blocks.putAll(inner(part, path + "[]")));
            case MapOf<?> map -> map.parts().forEach(part -> blocks.putAll(inner(part, path + ".*")));
            default -> type.parts().forEach(part -> blocks.putAll(inner(part, path)));
        }
        return blocks;
    }

    private void section(Block<?> block, String path) {
        if (!path.equals(headings.get(block)) || !written.add(path)) {
            return;
        }
        if (!path.isEmpty()) {
            page.append("### `")
                    .append(path)
                    .append("`\n\n")
                    .append(block.doc())
                    .append("\n\n");
        }
        if (block == PoliciesConfig.BLOCK) {
            String names = PoliciesConfig.KEYS.stream()
                    .map(key -> "`" + key.name() + "`")
                    .collect(Collectors.joining(", "));
            page.append("The keys are those of [`routes[]`](#routes) that are policies: ")
                    .append(names)
                    .append(".\n\n");
            return;
        }
        page.append("| key | value | default | |\n|---|---|---|---|\n");
        block.keys().forEach(key -> row(key, under(path, key)));
        page.append('\n');
        if (!path.isEmpty() && !block.example().isEmpty()) {
            page.append("```yaml\n").append(block.example()).append("```\n\n");
        }
        for (Key<?> key : block.keys()) {
            inner(key.type(), under(path, key)).forEach(this::section);
        }
    }

    private void row(Key<?> key, String path) {
        page.append("| `")
                .append(key.name())
                .append("` | ")
                .append(cell(summary(key.type(), path)))
                .append(" | ");
        page.append(
                        key.isRequired()
                                ? "required"
                                : key.defaultText().map(ReferencePage::code).orElse(""))
                .append(" | ");
        page.append(cell(key.doc()));
        List<String> later = notYet(path);
        if (!later.isEmpty()) {
            page.append(" *Not supported yet")
                    .append(later.getFirst().isEmpty() ? "" : ": " + String.join(", ", later));
            page.append(".*");
        }
        page.append(" |\n");
    }

    private String summary(Type<?> type, String path) {
        return switch (type) {
            case Block<?> block -> {
                String at = headings.getOrDefault(block, path);
                yield "[`" + at + "`](#" + at.replaceAll("[^A-Za-z0-9-]", "").toLowerCase(Locale.ROOT) + ")";
            }
            case ListOf<?> list -> "list: " + summary(list.parts().getFirst(), path + "[]");
            case MapOf<?> map -> "names: " + summary(map.parts().getFirst(), path + ".*");
            case OrWord<?> or -> summary(or.parts().getFirst(), path) + ", or `" + or.word() + "`";
            case OneOf<?> one ->
                one.parts().stream().map(part -> summary(part, path)).collect(Collectors.joining("; or "));
            default ->
                type.parts().isEmpty() ? type.summary() : summary(type.parts().getFirst(), path);
        };
    }

    /** Empty for nothing, a list of an empty text for the whole key, else the values. */
    private static List<String> notYet(String path) {
        if (NotYet.covers(path)) {
            return List.of("");
        }
        List<String> values = new ArrayList<>();
        for (String value : NotYet.valuesOf(path)) {
            values.add("`" + value + "`");
        }
        return values;
    }

    private static String code(String text) {
        return "`" + text.replace("|", "\\|") + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
