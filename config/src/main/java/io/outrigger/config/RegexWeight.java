package io.outrigger.config;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How long a regex is with its counted repetitions written out, as the engine writes them out: a thousand times a
 * thousand times a thousand has 21 characters and would take all memory there is. Errs upwards. Confined to one thread.
 */
final class RegexWeight {
    static final int MOST = 10_000;

    private final String regex;
    private final Deque<Long> around = new ArrayDeque<>(); // what stood before each open group
    private long sum;
    private long last; // what a repetition would repeat; already in the sum
    private int at;

    private RegexWeight(String regex) {
        this.regex = regex;
    }

    static long of(String regex) {
        RegexWeight weight = new RegexWeight(regex);
        while (weight.at < regex.length()) {
            weight.next(regex.charAt(weight.at));
        }
        weight.around.forEach(before -> weight.sum = capped(weight.sum + before));
        return weight.sum;
    }

    private void next(char c) {
        switch (c) {
            case '(' -> {
                around.push(sum);
                sum = 0;
                last = 0;
                at++;
            }
            case ')' -> {
                last = sum + 1;
                sum = capped(last + (around.isEmpty() ? 0 : around.pop()));
                at++;
            }
            case '{' -> repetition();
            case '[' -> atom(1, endOfClass());
            case '\\' -> escape();
            default -> atom(1, at + 1);
        }
    }

    private void atom(long weight, int end) {
        last = 1;
        sum = capped(sum + weight);
        at = end;
    }

    private void repetition() {
        int close = regex.indexOf('}', at);
        long times = close < 0 ? -1 : largest(regex.substring(at + 1, close));
        if (times < 0) {
            atom(1, at + 1); // the character itself
            return;
        }
        sum = capped(sum + last * Math.max(0, times - 1));
        last = capped(last * Math.max(1, times));
        at = close + 1;
    }

    private void escape() {
        if (!regex.startsWith("\\Q", at)) {
            atom(1, at + 2);
            return;
        }
        int end = regex.indexOf("\\E", at);
        atom(regex.length(), end < 0 ? regex.length() : end + 2);
    }

    /** Behind the bracket that closes it; one in the first place does not. */
    private int endOfClass() {
        int i = at + 1;
        i += regex.startsWith("^", i) ? 1 : 0;
        i += regex.startsWith("]", i) ? 1 : 0;
        while (i < regex.length() && regex.charAt(i) != ']') {
            int named = regex.startsWith("[:", i) ? regex.indexOf(":]", i) : -1;
            i = named > 0 ? named + 2 : i + (regex.charAt(i) == '\\' ? 2 : 1);
        }
        return i + 1;
    }

    /** The larger of the counts in {@code 2}, {@code 2,} or {@code 2,5}; negative when these are no counts. */
    private static long largest(String counts) {
        String[] bounds = counts.split(",", 2);
        long least = count(bounds[0]);
        long most = bounds.length == 2 && !bounds[1].isEmpty() ? count(bounds[1]) : least;
        return least < 0 || most < 0 ? -1 : Math.max(least, most);
    }

    private static long count(String digits) {
        boolean number =
                !digits.isEmpty() && digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Long.parseLong(digits) : -1;
    }

    private static long capped(long weight) {
        return Math.min(weight, Integer.MAX_VALUE);
    }
}
