package io.outrigger.config.yaml;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Builds the nodes of one file from the parser's events. SnakeYAML's own composer would follow aliases, stop at the
 * first node that it refuses and recurse as deep as the text nests. Confined to the thread that reads.
 */
public final class YamlTree {
    private static final int MAX_NESTING = 32;
    private static final int MAX_NODES = 50_000; // a node is some 100 bytes, and its value may be several times that

    private final ParserImpl events;
    private final Problems problems;
    private int nodes; // so far

    private YamlTree(String text, Problems problems) {
        this.events = new ParserImpl(new StreamReader(text), new LoaderOptions());
        this.problems = problems;
    }

    /** Null once a problem has been reported; but a tree may come with problems, too. */
    public static @Nullable YamlNode of(byte[] content, Problems problems) {
        String text = YamlText.decode(content, problems);
        if (text == null) {
            return null;
        }
        try {
            return new YamlTree(text, problems).document();
        } catch (MarkedYAMLException e) {
            String context = e.getContext() == null ? "" : e.getContext() + ", ";
            problems.add(at(e.getProblemMark()), "", "not YAML: " + oneLine(context + e.getProblem()) + hint(e));
        } catch (YAMLException e) {
            problems.add(Position.START, "", "not YAML: " + oneLine(String.valueOf(e.getMessage())));
        } catch (TooMuch e) {
            problems.add(e.at, "", e.what);
        }
        return null;
    }

    /** For texts of our own, which are right. */
    public static YamlNode ofTrusted(String text) {
        Problems problems = new Problems("built in");
        YamlNode node = of(text.getBytes(StandardCharsets.UTF_8), problems);
        if (node == null || !problems.isEmpty()) {
            throw new IllegalStateException(text + ": " + problems.inOrder());
        }
        return node;
    }

    private @Nullable YamlNode document() {
        events.getEvent(); // the start of the stream
        if (events.peekEvent() instanceof StreamEndEvent) {
            problems.add(Position.START, "", "the file is empty (expected: listeners and upstreams at least)");
            return null;
        }
        events.getEvent(); // the start of the document
        YamlNode root = node(1);
        events.getEvent(); // the end of the document
        if (events.peekEvent() instanceof DocumentStartEvent second) {
            problems.add(at(second.getStartMark()), "", "a second document (expected: one in a file)");
        }
        return root;
    }

    private YamlNode node(int depth) {
        Event event = events.getEvent();
        Position at = at(event.getStartMark());
        if (depth > MAX_NESTING && event instanceof CollectionStartEvent) {
            throw new TooMuch(at, "nested deeper than " + MAX_NESTING + " levels");
        }
        if (++nodes > MAX_NODES) {
            throw new TooMuch(at, "more than " + MAX_NODES + " keys and values");
        }
        YamlNode node =
                switch (event.getEventId()) {
                    case Scalar -> scalar((ScalarEvent) event, at);
                    case SequenceStart -> sequence(at, depth);
                    case MappingStart -> mapping(at, depth);
                    case Alias -> alias((AliasEvent) event, at);
                    default -> throw new IllegalStateException("event " + event + " (expected: a node)");
                };
        return refused(event, at, node);
    }

    private static YamlNode scalar(ScalarEvent event, Position at) {
        return new YamlNode.Scalar(at, event.getValue(), event.isPlain());
    }

    private static YamlNode alias(AliasEvent event, Position at) {
        return new YamlNode.Refused(at, "alias *" + event.getAnchor() + " (YAML aliases are not supported)");
    }

    private YamlNode sequence(Position at, int depth) {
        List<YamlNode> items = new ArrayList<>();
        while (!(events.peekEvent() instanceof SequenceEndEvent)) {
            items.add(node(depth + 1));
        }
        events.getEvent();
        return new YamlNode.Sequence(at, List.copyOf(items));
    }

    private YamlNode mapping(Position at, int depth) {
        List<YamlNode.Entry> entries = new ArrayList<>();
        while (!(events.peekEvent() instanceof MappingEndEvent)) {
            YamlNode key = node(depth + 1);
            entries.add(new YamlNode.Entry(key, node(depth + 1)));
        }
        events.getEvent();
        return new YamlNode.Mapping(at, List.copyOf(entries));
    }

    private static YamlNode refused(Event event, Position at, YamlNode node) {
        if (event instanceof AliasEvent || !(event instanceof NodeEvent tagged)) {
            return node;
        }
        String tag = tagged instanceof ScalarEvent scalar ? scalar.getTag() : ((CollectionStartEvent) tagged).getTag();
        if (tag != null) {
            return new YamlNode.Refused(at, "tag " + tag + " (YAML tags are not supported)");
        }
        if (tagged.getAnchor() != null) {
            return new YamlNode.Refused(at, "anchor &" + tagged.getAnchor() + " (YAML anchors are not supported)");
        }
        return node;
    }

    private static Position at(@Nullable Mark mark) {
        return mark == null ? Position.START : new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** In lists and mappings that stand in one line the brace of a variable begins a mapping. */
    private static String hint(MarkedYAMLException e) {
        Mark mark = e.getProblemMark();
        if (mark == null || mark.getPointer() == 0) {
            return "";
        }
        int[] text = mark.getBuffer();
        int at = mark.getPointer();
        boolean variable = at < text.length && text[at] == '{' && text[at - 1] == '$';
        return variable ? " (inside […] and {…} quotes are needed around ${…})" : "";
    }

    /** Without the parser's advice on indentation, which is right for tabs alone. */
    private static String oneLine(String text) {
        int advice = text.indexOf(". (Do not use ");
        boolean wrong = advice >= 0 && !text.contains("(TAB)");
        return (wrong ? text.substring(0, advice) + " (expected: quotes around the text)" : text).replace('\n', ' ');
    }

    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Position at;
        private final transient String what;

        TooMuch(Position at, String what) {
            super(null, null, false, false);
            this.at = at;
            this.what = what;
        }
    }
}
