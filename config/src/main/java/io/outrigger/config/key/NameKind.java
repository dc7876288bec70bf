package io.outrigger.config.key;

import java.util.Collection;

/** What names stand for; no two things of a kind have the same one. */
public enum NameKind {
    LISTENER("a name of its own", "a listener"),
    ADDRESS("an address of its own", "an address"),
    ROUTE("a name of its own", "a route"),
    UPSTREAM("a name of its own", "an upstream"),
    STORE("a name of its own", "a store");

    private final String unique;
    private final String one;

    NameKind(String unique, String one) {
        this.unique = unique;
        this.one = one;
    }

    /** Port 0 is another one each time. */
    boolean tells(String name) {
        return this != ADDRESS || !name.endsWith(":0");
    }

    String unique() {
        return unique;
    }

    String one() {
        return one;
    }

    /** What a reference may say, as long as these are few. */
    String known(Collection<String> names) {
        if (names.isEmpty()) {
            return one + "; there is none";
        }
        return names.size() <= 5 ? one + ": " + Words.or(names) : one;
    }
}
