package io.outrigger.config.yaml;

import java.util.HashMap;
import java.util.Map;

/** Where in a file each part of the configuration stands, by paths like {@code routes[2].retry}. Confined to the thread that reads. */
public final class Places {
    private final String file;
    private final Map<String, Position> known = new HashMap<>();

    public Places(String file) {
        this.file = file;
    }

    public void remember(String path, Position at) {
        known.put(path, at);
    }

    /** The place of a path; where its end is not in the file, that of the nearest mapping around it. */
    public Position of(String path) {
        String nearest = path;
        while (!nearest.isEmpty() && !known.containsKey(nearest)) {
            nearest = nearest.substring(0, Math.max(0, Math.max(nearest.lastIndexOf('.'), nearest.lastIndexOf('['))));
        }
        return known.getOrDefault(nearest, Position.START);
    }

    /** Something that is wrong with what stands there, found out after the file was read. */
    public Problem problem(String path, String message) {
        Position at = of(path);
        return new Problem(file, at.line(), at.column(), path, message);
    }
}
