package io.outrigger.config.key;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is defined by a name and what refers to it, wherever in the file. Confined to the thread that reads. */
final class Names {
    private final Map<NameKind, Map<String, Place>> defined = new EnumMap<>(NameKind.class);
    private final Set<NameKind> lost = EnumSet.noneOf(NameKind.class);
    private final List<Reference> references = new ArrayList<>();
    private final Circles circles = new Circles();

    /** Shown is the name as the file says it, which may be a variable. */
    private record Reference(NameKind kind, String name, String shown, Place place) {}

    void define(NameKind kind, String name, String shown, Place place) {
        Place first =
                defined.computeIfAbsent(kind, any -> new LinkedHashMap<>()).putIfAbsent(name, place);
        if (first != null) {
            place.expected(shown, kind.unique() + "; " + first.path() + " has this one");
        }
    }

    /** There is something of that name, though it has been complained of already: references to it are fine. */
    void mention(NameKind kind, String name, Place place) {
        defined.computeIfAbsent(kind, any -> new LinkedHashMap<>()).putIfAbsent(name, place);
    }

    /** Nobody knows which names of that kind there are: references to any are fine. */
    void lost(NameKind kind) {
        lost.add(kind);
    }

    void refer(NameKind kind, String name, String shown, Place place) {
        references.add(new Reference(kind, name, shown, place));
        if (place.owner() != null) { // only upstreams own references, and these are to upstreams
            circles.add(new Circles.Link(place.owner(), name, place));
        }
    }

    /** Once all is read: references to nothing, and definitions that refer to each other in a circle. */
    void report(Hints hints) {
        for (Reference reference : references) {
            Set<String> there = defined.getOrDefault(reference.kind, Map.of()).keySet();
            if (!there.contains(reference.name) && !lost.contains(reference.kind)) {
                String hint = hints.of(reference.name, there);
                String known = hint.isEmpty() ? reference.kind.known(there) : reference.kind.one() + "; " + hint;
                reference.place.expected(reference.shown, known);
            }
        }
        for (Circles.Link link : circles.closing()) {
            link.place().expected(link.to(), "an upstream that does not lead back to " + link.to());
        }
    }
}
