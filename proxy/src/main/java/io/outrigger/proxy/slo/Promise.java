package io.outrigger.proxy.slo;

import io.outrigger.config.Share;
import io.outrigger.config.SloConfig;
import io.outrigger.config.key.Durations;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that a route promises. Immutable.
 *
 * @param sli the label of its metrics
 * @param what how a request that breaks it is called
 * @param window that the promise is for
 */
record Promise(String sli, Share objective, String what, Duration window) {
    static List<Promise> of(SloConfig slo) {
        List<Promise> promises = new ArrayList<>();
        promises.add(new Promise("availability", slo.availability(), "were not good", slo.window()));
        slo.latency().ifPresent(latency -> {
            String what = "were not good within " + Durations.format(latency.under());
            promises.add(new Promise("latency", latency.objective(), what, slo.window()));
        });
        return promises;
    }

    /** The share that may be bad, without the last digits that doubles would add. */
    BigDecimal allowed() {
        return BigDecimal.valueOf(100)
                .subtract(BigDecimal.valueOf(objective.percent()))
                .movePointLeft(2)
                .stripTrailingZeros();
    }

    /** How long all of the budget lasts at that rate. */
    Duration lasts(BurnAlert alert) {
        return Duration.ofSeconds(BigDecimal.valueOf(window.toSeconds())
                .divide(alert.rate(), 0, RoundingMode.HALF_UP)
                .longValue());
    }
}
