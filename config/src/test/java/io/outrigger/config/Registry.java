package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.ListOf;
import io.outrigger.config.key.MapOf;
import io.outrigger.config.key.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** All keys and all mappings of the file, by the patterns of their paths: {@code routes[].retry.attempts}. */
final class Registry {
    final Map<String, Key<?>> keys = new LinkedHashMap<>();
    final Map<String, Block<?>> blocks = new LinkedHashMap<>();

    Registry() {
        walk(OutriggerConfig.BLOCK, "");
    }

    Key<?> key(String pattern) {
        return Objects.requireNonNull(keys.get(pattern), pattern);
    }

    private void walk(Type<?> type, String path) {
        switch (type) {
            case Block<?> block -> {
                blocks.put(path, block);
                for (Key<?> key : block.keys()) {
                    String at = path.isEmpty() ? key.name() : path + "." + key.name();
                    keys.put(at, key);
                    walk(key.type(), at);
                }
            }
            case ListOf<?> list -> list.parts().forEach(part -> walk(part, path + "[]"));
            case MapOf<?> map -> map.parts().forEach(part -> walk(part, path + ".*"));
            default -> type.parts().forEach(part -> walk(part, path));
        }
    }
}
