package io.outrigger.config.key;

import java.util.Collection;
import java.util.Iterator;

/** Lists words as one says them: {@code a, b or c}. */
public final class Words {
    private Words() {}

    public static String or(Collection<String> words) {
        return joined(words, " or ");
    }

    public static String and(Collection<String> words) {
        return joined(words, " and ");
    }

    private static String joined(Collection<String> words, String last) {
        StringBuilder text = new StringBuilder();
        for (Iterator<String> i = words.iterator(); i.hasNext(); ) {
            String word = i.next();
            text.append(text.isEmpty() ? "" : i.hasNext() ? ", " : last).append(word);
        }
        return text.toString();
    }
}
