package io.outrigger.config.key;

import io.outrigger.config.yaml.Position;
import io.outrigger.config.yaml.YamlNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A mapping with keys of ours, and the record that it becomes. Immutable. */
public final class Block<T> extends Type<T> {
    private final String doc;
    private final Function<Values, T> maker;
    private final List<Key<?>> keys;
    private final String example;
    private final boolean passesOn;
    private final boolean alternatives; // exactly one of the keys is given

    private Block(
            String doc,
            Function<Values, T> maker,
            List<Key<?>> keys,
            String example,
            boolean passesOn,
            boolean alternatives) {
        this.doc = doc;
        this.maker = maker;
        this.keys = keys;
        this.example = example;
        this.passesOn = passesOn;
        this.alternatives = alternatives;
    }

    /** The keys are read in this order, whatever the order of the file. */
    public static <T> Block<T> of(String doc, Function<Values, T> maker, Key<?>... keys) {
        return new Block<>(doc, maker, List.of(keys), "", false, false);
    }

    public Block<T> and(List<Key<?>> more) {
        List<Key<?>> all = new ArrayList<>(keys);
        all.addAll(more);
        return new Block<>(doc, maker, List.copyOf(all), example, passesOn, alternatives);
    }

    /** For the reference page, in YAML; it must be one that is accepted. */
    public Block<T> example(String yaml) {
        return new Block<>(doc, maker, keys, yaml, passesOn, alternatives);
    }

    /** Its values become the defaults of the same keys in blocks that are read later. */
    public Block<T> passingOn() {
        return new Block<>(doc, maker, keys, example, true, alternatives);
    }

    /** Exactly one of its keys is to be given, which its maker sees to. */
    public Block<T> ofAlternatives() {
        return new Block<>(doc, maker, keys, example, passesOn, true);
    }

    /** What it is when all is absent; for records that have a default throughout. */
    public T ofDefaults() {
        Reading reading = Reading.ofDefaults();
        YamlNode nothing = new YamlNode.Mapping(Position.START, List.of());
        Found<T> found = reading.read(this, nothing);
        if (found == null) {
            throw new IllegalStateException(doc + " (expected: a default for every key)");
        }
        return found.value();
    }

    @Override
    @Nullable
    Found<T> read(YamlNode node, Place place) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            wrongKind(node, place, expected());
            return null;
        }
        Map<String, YamlNode.Entry> entries = entries(mapping, place);
        boolean complete = entries.size() == mapping.entries().size();
        Values values = new Values(place.owner());
        Map<String, Object> shown = new LinkedHashMap<>();
        for (Key<?> key : keys) {
            complete &= readKey(key, entries.get(key.name()), place, values, shown);
        }
        if (!complete) {
            return null;
        }
        try {
            T made = maker.apply(values);
            return new Found<>(made, values.implied().isEmpty() ? shown : with(values.implied(), shown));
        } catch (Rejected e) {
            for (Rejected one : e.all()) {
                String path = one.key().isEmpty() ? place.path() : place.pathOf(one.key());
                place.reading().problem(path, one.complaint());
            }
            return null;
        }
    }

    /** In the order of the keys. */
    private Map<String, Object> with(Map<Key<?>, Object> implied, Map<String, Object> shown) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (Key<?> key : keys) {
            Object value = implied.containsKey(key) ? implied.get(key) : shown.get(key.name());
            if (value != null) {
                all.put(key.name(), value);
            }
        }
        return all;
    }

    /** The entries with keys of ours; all others are reported. */
    private Map<String, YamlNode.Entry> entries(YamlNode.Mapping mapping, Place place) {
        List<String> names = keys.stream().map(Key::name).toList();
        Map<String, YamlNode.Entry> known = new HashMap<>();
        Entries entries = new Entries(place);
        for (YamlNode.Entry entry : mapping.entries()) {
            String name = entries.key(entry);
            if (name == null) {
                continue;
            }
            if (names.contains(name)) {
                known.put(name, entry);
                continue;
            }
            String hint = place.reading().hints().of(name, names);
            place.key(name, entry.key().at()).problem(hint.isEmpty() ? "unknown key" : "unknown key (" + hint + ")");
        }
        return known;
    }

    private <V> boolean readKey(
            Key<V> key, YamlNode.@Nullable Entry entry, Place around, Values values, Map<String, Object> shown) {
        Found<V> found;
        if (entry == null) {
            found = key.absent(around);
        } else {
            Place place = around.key(key.name(), entry.key().at());
            if (place.isNotYet() && !(key.type() instanceof OrWord<?> type && type.isWord(entry.value()))) {
                place.problem("not supported yet");
            }
            found = key.type().read(entry.value(), place);
        }
        if (passesOn) {
            around.reading().passOn(key, found);
        }
        if (found == null) {
            return false;
        }
        values.put(key, found, entry != null);
        if (found.shown() != null && (entry != null || !around.isKeyNotYet(key.name()))) {
            shown.put(key.name(), found.shown());
        }
        return true;
    }

    public String doc() {
        return doc;
    }

    /** Empty when there is none. */
    public String example() {
        return example;
    }

    public List<Key<?>> keys() {
        return keys;
    }

    boolean hasAlternatives() {
        return alternatives;
    }

    @Override
    boolean takes(YamlNode node) {
        return node instanceof YamlNode.Mapping;
    }

    @Override
    public String expected() {
        return "a mapping of " + Words.and(keys.stream().map(Key::name).toList());
    }

    @Override
    public List<Type<?>> parts() {
        List<Type<?>> types = new ArrayList<>();
        keys.forEach(key -> types.add(key.type()));
        return types;
    }
}
