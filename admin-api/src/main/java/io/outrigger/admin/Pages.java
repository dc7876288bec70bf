package io.outrigger.admin;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which operations there are, by path and method. Immutable. */
final class Pages {
    /**
     * A path that was found. Immutable.
     *
     * @param operations by method; at least one
     * @param names what stands in the path for its variable segments, decoded
     */
    record Place(Map<HttpMethod, Operation> operations, Map<String, String> names) {
        /** Null when there is none for the method. */
        @Nullable
        Operation operation(HttpMethod method) {
            return operations.get(method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method);
        }

        /** Whether the method is for those who show a token; one that is not there is as open as those that are. */
        boolean needsToken(HttpMethod method) {
            Operation one = operation(method);
            return one == null
                    ? operations.values().stream()
                            .allMatch(other -> other.audience().needsToken())
                    : one.audience().needsToken();
        }

        /** The value of the header Allow. */
        String allow() {
            List<String> methods = new ArrayList<>();
            for (HttpMethod method : operations.keySet()) {
                methods.add(method.name());
                if (method.equals(HttpMethod.GET)) {
                    methods.add(HttpMethod.HEAD.name());
                }
            }
            return String.join(", ", methods);
        }
    }

    private final List<Operation> operations;
    private final Map<String, Map<HttpMethod, Operation>> byPath = new LinkedHashMap<>();

    Pages(List<Operation> operations) {
        this.operations = List.copyOf(operations);
        for (Operation operation : operations) {
            byPath.computeIfAbsent(operation.path(), _ -> new LinkedHashMap<>()).put(operation.method(), operation);
        }
    }

    /** In the order in which people should read of them. */
    List<Operation> operations() {
        return operations;
    }

    /** The place at a path as it was received, without its query; null when there is none. */
    @Nullable
    Place at(String path) {
        Map<HttpMethod, Operation> plain = byPath.get(path);
        if (plain != null) {
            return path.indexOf('{') < 0 ? new Place(plain, Map.of()) : null;
        }
        String[] segments = path.split("/", -1);
        for (Map.Entry<String, Map<HttpMethod, Operation>> one : byPath.entrySet()) {
            Map<String, String> names =
                    one.getKey().indexOf('{') < 0 ? null : names(one.getKey().split("/", -1), segments);
            if (names != null) {
                return new Place(one.getValue(), names);
            }
        }
        return null;
    }

    /** What stands for the variable segments of a template; null when the path does not fit it. */
    private static @Nullable Map<String, String> names(String[] template, String[] path) {
        if (template.length != path.length) {
            return null;
        }
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 0; i < path.length; i++) {
            if (!template[i].startsWith("{")) {
                if (!template[i].equals(path[i])) {
                    return null;
                }
                continue;
            }
            String name = decoded(path[i]);
            if (name == null || name.isEmpty()) {
                return null;
            }
            names.put(template[i].substring(1, template[i].length() - 1), name);
        }
        return names;
    }

    private static @Nullable String decoded(String segment) {
        try {
            return QueryStringDecoder.decodeComponent(segment.replace("+", "%2B"));
        } catch (IllegalArgumentException e) {
            return null; // no name is encoded like that
        }
    }
}
