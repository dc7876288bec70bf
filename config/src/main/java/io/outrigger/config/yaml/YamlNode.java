package io.outrigger.config.yaml;

import java.util.List;

/** A piece of the file, and where it begins. Immutable. */
public sealed interface YamlNode {
    Position at();

    /** Plain is what stands without quotes and in one piece: only that may be a number, a truth value or nothing. */
    record Scalar(Position at, String text, boolean plain) implements YamlNode {}

    record Sequence(Position at, List<YamlNode> items) implements YamlNode {}

    /** Entries as written, so a key may come twice. */
    record Mapping(Position at, List<Entry> entries) implements YamlNode {}

    record Entry(YamlNode key, YamlNode value) {}

    /** An alias, an anchored or a tagged node; what it holds is not looked at. */
    record Refused(Position at, String why) implements YamlNode {}
}
