package io.outrigger.config;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How long a regex is with its counted repetitions written out, as the engine writes them out: {@code ((a{999}){999}){999}}
 * has 21 characters and would take all memory there is. Errs upwards. Immutable.
 */
final class RegexWeight {
    static final int MOST = 10_000;

    private RegexWeight() {}

    static long of(String regex) {
        Deque<Long> around = new ArrayDeque<>(); // what stood before each open group
        long sum = 0;
        long last = 0; // the atom that a repetition would repeat; already in the sum
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            int close = c == '{' ? regex.indexOf('}', i) : -1;
            if (c == '(') {
                around.push(sum);
                sum = 0;
                last = 0;
            } else if (c == ')' && !around.isEmpty()) {
                last = sum + 1;
                sum = capped(around.pop() + last);
            } else if (close > 0) {
                long times = largest(regex.substring(i + 1, close));
                sum = capped(sum + last * Math.max(0, times - 1));
                last = capped(last * Math.max(1, times));
                i = times < 0 ? i : close;
            } else {
                i += c == '\\' ? 1 : 0;
                last = 1;
                sum++;
            }
        }
        for (long before : around) {
            sum = capped(sum + before);
        }
        return sum;
    }

    /** The larger of the counts in {@code 2}, {@code 2,} or {@code 2,5}; negative when these are no counts. */
    private static long largest(String counts) {
        long largest = -1;
        for (String count : counts.split(",")) {
            if (count.isEmpty() || count.length() > 9 || !count.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return count.isEmpty() ? largest : -1;
            }
            largest = Math.max(largest, Long.parseLong(count));
        }
        return largest;
    }

    private static long capped(long weight) {
        return Math.min(weight, Integer.MAX_VALUE);
    }
}
