package io.outrigger.proxy.upstream;

import io.outrigger.proxy.balance.Balancer;
import io.outrigger.proxy.balance.Discovery;
import io.outrigger.proxy.balance.EndpointSet;

/** A named set of endpoints with what is needed to reach them. Immutable; its parts are shared by all loops. */
public record Upstream(String name, EndpointSet endpoints, Discovery discovery, Balancer balancer, Pool pool) {}
