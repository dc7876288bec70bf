package io.outrigger.config.key;

import io.outrigger.config.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/**
 * Fills variables into scalars: their names stand in braces behind a dollar, and may be followed by {@code :-} and a
 * default, which also stands in for a variable that is set to nothing, as in a shell. Behind another dollar the brace
 * means itself. Immutable.
 */
final class Variables {
    private final Environment environment;

    Variables(Environment environment) {
        this.environment = environment;
    }

    /** Null once a problem has been reported. */
    @Nullable
    Written fill(YamlNode.Scalar scalar, Place place) {
        String text = scalar.text();
        int open = text.indexOf("${");
        if (open < 0) {
            return new Written(text, text, scalar.plain(), false);
        }
        StringBuilder filled = new StringBuilder();
        boolean any = false;
        int from = 0;
        for (; open >= 0; open = text.indexOf("${", from)) {
            if (open > from && text.charAt(open - 1) == '$') {
                filled.append(text, from, open - 1).append("${");
                from = open + 2;
                continue;
            }
            int close = text.indexOf('}', open);
            String value = close < 0 ? null : value(text.substring(open + 2, close), place);
            if (value == null) {
                if (close < 0) {
                    place.problem("${ without its } (expected: ${NAME} or ${NAME:-default}; $${ for the characters)");
                }
                return null;
            }
            filled.append(text, from, open).append(value);
            from = close + 1;
            any = true;
        }
        filled.append(text, from, text.length());
        return new Written(filled.toString(), text, scalar.plain(), any);
    }

    private @Nullable String value(String inner, Place place) {
        int dash = inner.indexOf(":-");
        String name = dash < 0 ? inner : inner.substring(0, dash);
        if (!isName(name)) {
            place.problem("${" + inner + "} (expected: ${NAME} or ${NAME:-default}; $${ for the characters)");
            return null;
        }
        if (inner.indexOf("${") >= 0) {
            place.problem("${" + inner + "} (expected: a default without variables)");
            return null;
        }
        String value = environment.get(name);
        if (dash >= 0) {
            return value == null || value.isEmpty() ? inner.substring(dash + 2) : value;
        }
        if (value == null) {
            place.problem("${" + name + "} (expected: the environment variable " + name + " to be set, or a default: ${"
                    + name + ":-…})");
        }
        return value;
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_';
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
