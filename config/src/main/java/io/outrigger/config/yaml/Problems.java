package io.outrigger.config.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file. Confined to the thread that reads it. */
public final class Problems {
    private final String file;
    private final List<Problem> found = new ArrayList<>();

    public Problems(String file) {
        this.file = file;
    }

    public void add(Position at, String path, String message) {
        found.add(new Problem(file, at.line(), at.column(), path, message));
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** In the order of the file. */
    public List<Problem> inOrder() {
        if (found.size() > 1) {
            found.sort(Comparator.comparing(Problem::at)); // stable: what is said of one place stays in its order
        }
        return List.copyOf(found);
    }
}
