package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where hashes belong; what is found of them is tried with the whole of an {@link AnswerLog}. */
class PositionsTest {
    @Test
    void hashesThatMeetInOneTableAreApartInAnother() {
        Positions one = new Positions();
        List<Integer> meeting = new ArrayList<>();
        for (int hash = 0; meeting.size() < 1000; hash++) {
            if (one.first(hash) == 7) {
                meeting.add(hash);
            }
        }
        Positions other = new Positions();
        long slots = meeting.stream().mapToInt(other::first).distinct().count();
        assertThat(slots).as("of 64, for what shares one elsewhere").isGreaterThan(16);
    }
}
