package io.outrigger.config.lint;

import io.outrigger.config.yaml.Places;
import io.outrigger.config.yaml.Position;
import io.outrigger.config.yaml.Problems;
import io.outrigger.config.yaml.YamlNode;
import io.outrigger.config.yaml.YamlTree;
import java.util.HashSet;
import java.util.Set;

/** What a file says itself, defaults left out, and where; by paths as problems name them. Immutable. */
final class Positions {
    private final Set<String> paths = new HashSet<>();
    private final Places places = new Places("");

    private Positions() {}

    static Positions of(byte[] content) {
        Positions positions = new Positions();
        YamlNode root = YamlTree.of(content, new Problems(""));
        if (root != null) {
            positions.walk(root, "", root.at());
        }
        return positions;
    }

    private void walk(YamlNode node, String path, Position at) {
        if (paths.add(path)) {
            places.remember(path, at);
        }
        if (node instanceof YamlNode.Mapping mapping) {
            for (YamlNode.Entry entry : mapping.entries()) {
                if (entry.key() instanceof YamlNode.Scalar key) {
                    String name = key.text();
                    walk(entry.value(), path.isEmpty() ? name : path + "." + name, key.at());
                }
            }
        }
        if (node instanceof YamlNode.Sequence list) {
            for (int i = 0; i < list.items().size(); i++) {
                YamlNode item = list.items().get(i);
                walk(item, path + "[" + i + "]", item.at());
            }
        }
    }

    boolean has(String path) {
        return paths.contains(path);
    }

    /** That of the nearest thing around it where the path itself is not in the file. */
    Position nearest(String path) {
        return places.of(path);
    }
}
