package io.outrigger.config.key;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One of a few words. Immutable. */
public final class Word<T> extends ScalarType<T> {
    private final Map<String, T> words;

    private Word(Map<String, T> words) {
        this.words = words;
    }

    /** The constants of an enum, {@code ROUND_ROBIN} written as {@code roundRobin}. */
    public static <T> Word<T> of(T[] constants) {
        Map<String, T> words = new LinkedHashMap<>();
        for (T constant : constants) {
            words.put(camelCase(((Enum<?>) constant).name()), constant);
        }
        return new Word<>(words);
    }

    /** A word that is not the name of its value. */
    public static <T> Word<T> of(Map<String, T> words) {
        return new Word<>(new LinkedHashMap<>(words));
    }

    @Override
    protected Found<T> parse(Written written) throws Unfit {
        String text = OrWord.isOff(written.text(), written.plain()) ? OrWord.OFF : written.text();
        T value = words.get(text);
        if (value == null) {
            throw Unfit.far(expected());
        }
        return new Found<>(value, text);
    }

    @Override
    protected Shape shape() {
        return Shape.words(words.keySet());
    }

    @Override
    public String expected() {
        return Words.or(words.keySet());
    }

    public List<String> words() {
        return new ArrayList<>(words.keySet());
    }

    static String camelCase(String constant) {
        StringBuilder word = new StringBuilder(constant.toLowerCase(Locale.ROOT));
        for (int at = word.indexOf("_"); at >= 0; at = word.indexOf("_", at)) {
            word.deleteCharAt(at).setCharAt(at, Character.toUpperCase(word.charAt(at)));
        }
        return word.toString();
    }
}
