package io.outrigger.filter.fallback;

import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A good answer that was kept. Immutable.
 *
 * @param headers as received, but for cookies
 * @param isPublic whether it may be given to whoever tells who they are
 * @param keptNanos when its head came, by the loops' clock
 */
record StaleAnswer(Headers headers, byte[] body, boolean isPublic, long keptNanos) {
    private static final HeaderName AGE = HeaderName.of("age");
    private static final int LONGEST_AGE = 10; // digits
    private static final int OWN_BYTES = 256;
    private static final int FIELD_BYTES = 96;

    /** The fields without those that are somebody's own, apart from the head that they came in. */
    static Headers copy(Headers received) {
        List<String> namesAndValues = new ArrayList<>();
        received.forEach((name, value) -> {
            if (!name.equalsIgnoreCase("set-cookie")) {
                namesAndValues.add(name);
                namesAndValues.add(value);
            }
        });
        return Headers.of(namesAndValues.toArray(String[]::new));
    }

    /** How long ago the upstream has made it, as far as that is known (RFC 9111 §4.2.3). */
    long ageSeconds(long now) {
        return receivedAge() + TimeUnit.NANOSECONDS.toSeconds(now - keptNanos);
    }

    private long receivedAge() {
        String age = headers.get(AGE);
        boolean number = age != null
                && !age.isEmpty()
                && age.length() <= LONGEST_AGE
                && age.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Long.parseLong(age) : 0;
    }

    /** About how much memory it takes. */
    long bytes() {
        long[] sum = {OWN_BYTES + body.length};
        headers.forEach((name, value) -> sum[0] += FIELD_BYTES + name.length() + value.length());
        return sum[0];
    }
}
