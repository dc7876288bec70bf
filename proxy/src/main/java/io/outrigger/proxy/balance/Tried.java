package io.outrigger.proxy.balance;

import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Exchange;
import java.util.List;
import java.util.function.Predicate;

/** The endpoints that an exchange was sent to before, so that another attempt goes elsewhere. Confined to one loop. */
public final class Tried implements Predicate<Endpoint> {
    private final List<Attempt> attempts;

    private Tried(List<Attempt> attempts) {
        this.attempts = attempts;
    }

    public static Predicate<Endpoint> by(Exchange exchange) {
        return exchange.attemptCount() == 0 ? Balancer.NONE : new Tried(exchange.attempts());
    }

    @Override
    public boolean test(Endpoint endpoint) {
        for (Attempt attempt : attempts) {
            if (attempt.endpoint().equals(endpoint.name())) {
                return true;
            }
        }
        return false;
    }
}
