package io.outrigger.proxy.upstream;

import io.outrigger.proxy.balance.Balancer;
import io.outrigger.proxy.balance.Discovery;
import io.outrigger.proxy.balance.EndpointSet;
import io.outrigger.proxy.balance.UsableEndpoints;
import io.outrigger.proxy.health.Outliers;
import java.util.Optional;

/** A named set of endpoints with what is needed to reach them. Immutable; its parts are shared by all loops. */
public record Upstream(
        String name,
        EndpointSet endpoints,
        Discovery discovery,
        Balancer balancer,
        Pool pool,
        UsableEndpoints usable,
        Optional<Outliers> outliers) {
    /** One whose endpoints are all usable, always. */
    public Upstream(String name, EndpointSet endpoints, Discovery discovery, Balancer balancer, Pool pool) {
        this(
                name,
                endpoints,
                discovery,
                balancer,
                pool,
                new UsableEndpoints(name, endpoints, UsableEndpoints.Rules.NONE),
                Optional.empty());
    }

    /** The same one over other connections. */
    public Upstream over(Pool other) {
        return new Upstream(name, endpoints, discovery, balancer, other, usable, outliers);
    }
}
