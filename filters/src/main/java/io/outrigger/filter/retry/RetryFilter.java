package io.outrigger.filter.retry;

import io.outrigger.config.BudgetConfig;
import io.outrigger.config.RetryConfig;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import java.time.InstantSource;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Sends a request again when an attempt fails, after a pause, while attempts, budget and time last. Immutable. */
public final class RetryFilter implements Filter {
    private final RetryRules rules;
    private final @Nullable BudgetConfig budgetConfig; // null where the budget is off
    private final RetryBudget budget;
    private final BufferBudget buffers;
    private final RetryMeters meters;
    private final LongPredicate circuitOpen;
    private final InstantSource clock;

    /**
     * @param budget of the route; not asked where the configuration has the budget off
     * @param buffers of the process
     * @param circuitOpen whether the circuits behind this filter refuse another attempt at that time
     * @param randomBelow a number from 0 to below its argument; called on all loops
     * @param clock for dates in Retry-After
     */
    public RetryFilter(
            RetryConfig config,
            RetryBudget budget,
            BufferBudget buffers,
            RetryMeters meters,
            LongPredicate circuitOpen,
            LongUnaryOperator randomBelow,
            InstantSource clock) {
        this.rules = new RetryRules(config, Backoff.of(config.backoff(), randomBelow));
        this.budgetConfig = config.budget().orElse(null);
        this.budget = budget;
        this.buffers = buffers;
        this.meters = meters;
        this.circuitOpen = circuitOpen;
        this.clock = clock;
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        if (budgetConfig != null) {
            budget.deposit(budgetConfig, exchange.startNanos());
        }
        return new Retries(this, exchange, request, next).begin();
    }

    RetryRules rules() {
        return rules;
    }

    /** Whether sending the request twice does no more than once. */
    public boolean repeatable(Exchange exchange, Request request) {
        return switch (exchange.repeat()) {
            case BY_METHOD -> rules.config().methods().contains(request.method());
            case NEVER -> false;
            case ALWAYS -> true;
        };
    }

    /** Whether a response is one that goes up, whatever else is possible. */
    public boolean acceptable(Response head) {
        return !rules.concern(head);
    }

    /** Whether the route can afford one more attempt now, which is then paid for. */
    public boolean tryPay(long now) {
        return budgetConfig == null || budget.tryTake(budgetConfig, now);
    }

    /** Whether the circuits behind this filter refuse another attempt. */
    public boolean circuitOpen(long now) {
        return circuitOpen.test(now);
    }

    /** Hears of how an attempt went. */
    void heard(Answer answer, Exchange exchange) {
        Silence silence = budget.silence();
        if (answer instanceof Response) { // no switch: for each exchange, and the JDK would make a class for one
            if (silence.listens()) {
                silence.answered(exchange.nanoTime());
            }
        } else if (answer instanceof Failure why && why.kind() == Failure.Kind.ATTEMPT_TIMEOUT) {
            silence.timedOut(exchange.nanoTime());
        }
    }

    /** Whether the budget pays for nothing that would only wait: next to none of the route's attempts is answered. */
    public boolean silent(long now) {
        return budgetConfig != null && budget.silence().lasts(now);
    }

    BufferBudget buffers() {
        return buffers;
    }

    RetryMeters meters() {
        return meters;
    }

    InstantSource clock() {
        return clock;
    }
}
