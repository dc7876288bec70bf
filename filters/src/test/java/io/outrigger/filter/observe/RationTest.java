package io.outrigger.filter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RationTest {
    private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5); // the clock may overflow
    private final Ration ration = new Ration(10, 3, START);

    private int taken(long afterMillis, int wanted) {
        int taken = 0;
        for (int i = 0; i < wanted; i++) {
            taken += ration.tryTake(START + TimeUnit.MILLISECONDS.toNanos(afterMillis)) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void itBeginsWithItsBurst() {
        assertThat(taken(0, 10)).isEqualTo(3);
    }

    @Test
    void itGoesOnAtItsPace() {
        assertThat(taken(0, 10)).isEqualTo(3);
        assertThat(taken(99, 10)).isZero();
        assertThat(taken(100, 10)).isEqualTo(1);
        assertThat(taken(250, 10)).isEqualTo(1);
        assertThat(taken(300, 10)).isEqualTo(1);
    }

    @Test
    void itSavesUpNoMoreThanItsBurst() {
        assertThat(taken(0, 10)).isEqualTo(3);
        assertThat(taken(9_000, 10)).isEqualTo(3);
    }
}
