package io.outrigger.config.key;

import io.outrigger.config.yaml.Position;
import io.outrigger.config.yaml.YamlNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of one mapping while it is read: each once, each a text. Confined to the thread that reads. */
final class Entries {
    private final Place place;
    private final Map<String, Position> seen = new HashMap<>();

    Entries(Place place) {
        this.place = place;
    }

    /** Null once a problem has been reported. */
    @Nullable
    String key(YamlNode.Entry entry) {
        if (!(entry.key() instanceof YamlNode.Scalar scalar)) {
            String what = entry.key() instanceof YamlNode.Refused refused ? refused.why() : "a key that is no text";
            place.reading().problem(entry.key().at(), place.path(), what);
            return null;
        }
        return once(scalar.text(), scalar);
    }

    /** The key as its type writes it: header names, say, in lower case. */
    @Nullable
    String key(YamlNode.Entry entry, Text<String> type) {
        if (!(entry.key() instanceof YamlNode.Scalar scalar)) {
            return key(entry);
        }
        try {
            return once(
                    type.parse(new Written(scalar.text(), scalar.text(), false, false))
                            .value(),
                    scalar);
        } catch (Unfit e) {
            place.key(scalar.text(), scalar.at()).expected(Written.asIs(scalar).shown() + " as name", e.expected());
            return null;
        }
    }

    private @Nullable String once(String key, YamlNode.Scalar scalar) {
        Position first = seen.putIfAbsent(key, scalar.at());
        if (first == null) {
            return key;
        }
        place.key(key, scalar.at()).problem("duplicate key (the first is in line " + first.line() + ")");
        return null;
    }
}
