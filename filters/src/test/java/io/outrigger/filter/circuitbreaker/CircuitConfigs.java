package io.outrigger.filter.circuitbreaker;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.CircuitBreakerConfig.Scope;
import io.outrigger.config.CircuitBreakerConfig.SlowCalls;
import io.outrigger.config.CircuitBreakerConfig.Window;
import io.outrigger.config.Share;
import io.outrigger.config.StatusSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Settings of circuits where a test cares for one or two of them: half of 10 calls, from 5 on; open for 5 s, at most a
 * minute; 3 calls to try, 2 of which must go well.
 */
record CircuitConfigs(
        Window window,
        int minimum,
        double rate,
        Optional<Integer> inARow,
        Optional<SlowCalls> slowCalls,
        Duration openFor,
        Duration maxOpenFor,
        int halfOpenCalls,
        int successes) {

    static CircuitConfigs usual() {
        return new CircuitConfigs(
                new Window.Calls(10),
                5,
                50,
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                3,
                2);
    }

    CircuitConfigs over(Window other) {
        return new CircuitConfigs(
                other, minimum, rate, inARow, slowCalls, openFor, maxOpenFor, halfOpenCalls, successes);
    }

    CircuitConfigs from(int calls, double percent) {
        return new CircuitConfigs(
                window, calls, percent, inARow, slowCalls, openFor, maxOpenFor, halfOpenCalls, successes);
    }

    CircuitConfigs inARow(int failures) {
        return new CircuitConfigs(
                window, minimum, rate, Optional.of(failures), slowCalls, openFor, maxOpenFor, halfOpenCalls, successes);
    }

    CircuitConfigs slow(Duration slowCall, double percent) {
        return new CircuitConfigs(
                window,
                minimum,
                rate,
                inARow,
                Optional.of(new SlowCalls(slowCall, new Share(percent))),
                openFor,
                maxOpenFor,
                halfOpenCalls,
                successes);
    }

    CircuitConfigs openFor(Duration first, Duration most) {
        return new CircuitConfigs(window, minimum, rate, inARow, slowCalls, first, most, halfOpenCalls, successes);
    }

    CircuitConfigs trying(int calls, int toClose) {
        return new CircuitConfigs(window, minimum, rate, inARow, slowCalls, openFor, maxOpenFor, calls, toClose);
    }

    CircuitBreakerConfig make() {
        return new CircuitBreakerConfig(
                window,
                minimum,
                new Share(rate),
                inARow,
                slowCalls,
                StatusSet.of(List.of(new StatusSet.Range(500, 599))),
                openFor,
                maxOpenFor,
                halfOpenCalls,
                successes,
                Scope.ROUTE);
    }
}
