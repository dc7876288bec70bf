package io.outrigger.config.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file. Confined to the thread that reads it. */
public final class Problems {
    private static final int MOST = 1000; // nobody reads more, and each takes memory

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private int more; // that were not kept

    public Problems(String file) {
        this.file = file;
    }

    public void add(Position at, String path, String message) {
        if (found.size() == MOST) {
            more++;
            return;
        }
        found.add(new Problem(file, at.line(), at.column(), path, message));
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** In the order of the file; of very many the first that were found, and how many more there are. */
    public List<Problem> inOrder() {
        if (found.size() > 1) {
            found.sort(Comparator.comparing(Problem::at)); // stable: what is said of one place stays in its order
        }
        List<Problem> all = new ArrayList<>(found);
        if (more > 0) {
            all.add(new Problem(file, found.getLast().line(), found.getLast().column(), "", "and " + more + " more"));
        }
        return List.copyOf(all);
    }
}
