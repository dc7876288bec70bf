package io.outrigger.admin;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which page is at which path. Immutable. */
final class Pages {
    /** A page that was found, and what it is asked for by its path. */
    record Place(Page page, String name) {}

    /** Stands at the end of a path for any one name. */
    static final String NAME = "/{name}";

    private final Map<String, Page> byPath; // a path may end in NAME
    private final Set<String> open; // the paths that need no token

    Pages(Map<String, Page> byPath, Set<String> open) {
        this.byPath = byPath;
        this.open = open;
    }

    /** The page at a path as it was received, without its query; null when there is none. */
    @Nullable
    Place at(String path) {
        Page page = byPath.get(path);
        if (page != null) {
            return new Place(page, "");
        }
        int last = path.lastIndexOf('/');
        Page named = last < 0 || last == path.length() - 1 ? null : byPath.get(path.substring(0, last) + NAME);
        if (named == null) {
            return null;
        }
        try {
            return new Place(
                    named,
                    QueryStringDecoder.decodeComponent(path.substring(last + 1).replace("+", "%2B")));
        } catch (IllegalArgumentException e) {
            return null; // no name is encoded like that
        }
    }

    /** Whether the page is for everybody. */
    boolean open(String path) {
        return open.contains(path);
    }
}
