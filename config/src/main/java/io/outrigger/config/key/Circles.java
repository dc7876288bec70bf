package io.outrigger.config.key;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds links that close a circle, in time linear in their number. Confined to the thread that reads. */
final class Circles {
    record Link(String from, String to, Place place) {}

    private final Map<String, List<Link>> links = new LinkedHashMap<>();

    void add(Link link) {
        links.computeIfAbsent(link.from, any -> new ArrayList<>()).add(link);
    }

    /** At least one link of each circle. */
    List<Link> closing() {
        List<Link> closing = new ArrayList<>();
        Set<String> done = new HashSet<>();
        for (String start : links.keySet()) {
            walk(start, done, closing);
        }
        return closing;
    }

    /** Depth first, without recursion: the file says how long a chain is. */
    private void walk(String start, Set<String> done, List<Link> closing) {
        Set<String> open = new HashSet<>();
        Deque<String> path = new ArrayDeque<>();
        Deque<Iterator<Link>> ahead = new ArrayDeque<>();
        enter(start, done, open, path, ahead);
        while (!path.isEmpty()) {
            Iterator<Link> next = ahead.getLast();
            if (!next.hasNext()) {
                open.remove(path.removeLast());
                ahead.removeLast();
                continue;
            }
            Link link = next.next();
            if (open.contains(link.to)) {
                closing.add(link);
            } else {
                enter(link.to, done, open, path, ahead);
            }
        }
    }

    private void enter(
            String name, Set<String> done, Set<String> open, Deque<String> path, Deque<Iterator<Link>> ahead) {
        if (done.add(name)) {
            open.add(name);
            path.addLast(name);
            ahead.addLast(links.getOrDefault(name, List.of()).iterator());
        }
    }
}
