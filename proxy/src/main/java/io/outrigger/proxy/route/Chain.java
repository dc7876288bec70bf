package io.outrigger.proxy.route;

import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Service;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Filters in the order in which a request meets them. Immutable. */
record Chain(List<Filter> filters) {
    static final Chain EMPTY = new Chain(List.of());

    Chain {
        filters = List.copyOf(filters);
    }

    Chain add(Filter filter) {
        return new Chain(Stream.concat(filters.stream(), Stream.of(filter)).toList());
    }

    /** A filter that is not configured is not there. */
    <C> Chain addIf(Optional<C> config, Function<? super C, ? extends Filter> filter) {
        return config.isEmpty() ? this : add(filter.apply(config.get()));
    }

    Service endingAt(Service last) {
        Service service = last;
        for (Filter filter : filters.reversed()) {
            service = filter.over(service);
        }
        return service;
    }
}
