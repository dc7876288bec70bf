package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each key of ours that {@code docs/migrating.md} names is there, and is supported. */
class MigratingPageTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| [^|]+ \\| ([^|]+) \\|");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private final Set<String> keys = new HashSet<>();

    private void collect(Type<?> type, String path) {
        if (type instanceof Block<?> block) {
            for (Key<?> key : block.keys()) {
                String inner = path + "." + key.name();
                keys.add(inner);
                collect(key.type(), inner);
            }
            return;
        }
        type.parts().forEach(part -> collect(part, path));
    }

    private static List<String> named() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "migrating.md"));
        return ROW.matcher(page)
                .results()
                .flatMap(row -> CODE.matcher(row.group(1)).results().map(code -> code.group(1)))
                .distinct()
                .toList();
    }

    @Test
    void everyKeyIsThere() throws IOException {
        collect(OutriggerConfig.BLOCK, "");
        assertThat(named())
                .hasSizeGreaterThan(60)
                .allSatisfy(name -> assertThat(keys).as(name).containsAnyOf("." + name, ".routes." + name));
    }

    @Test
    void noneIsStillToCome() throws IOException {
        Set<String> later = new HashSet<>();
        NotYet.patterns().forEach(pattern -> later.add(pattern.replaceAll("\\[]|\\.\\*|^routes\\[]\\.", "")));
        assertThat(named()).doesNotContainAnyElementsOf(later);
    }
}
