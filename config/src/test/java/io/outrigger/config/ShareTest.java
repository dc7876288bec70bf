package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/** Shares, as they are written and as they are counted with. */
class ShareTest {
    @Test
    void aFractionHasTheDigitsThatWereWritten() {
        assertThat(new Share(99.9).fraction()).hasToString("0.999");
        for (int thousandths = 0; thousandths <= 100_000; thousandths++) {
            BigDecimal percent = BigDecimal.valueOf(thousandths, 3);
            assertThat(new Share(percent.doubleValue()).fraction())
                    .isEqualTo(percent.movePointLeft(2).doubleValue());
        }
    }
}
