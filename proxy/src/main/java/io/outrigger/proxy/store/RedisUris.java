package io.outrigger.proxy.store;

import io.lettuce.core.RedisURI;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** Reads the URI of a store as the client wants it. Immutable. */
final class RedisUris {
    private static final String CLUSTER = "-cluster";

    private RedisUris() {}

    static boolean isCluster(URI uri) {
        return uri.getScheme().endsWith(CLUSTER);
    }

    /** One; of a Cluster one for each node that is named, of which any tells the others. */
    static List<RedisURI> of(URI uri) {
        if (!isCluster(uri)) {
            return List.of(RedisURI.create(uri.toString()));
        }
        String authority = uri.getRawAuthority();
        int hosts = authority.lastIndexOf('@') + 1;
        String scheme = uri.getScheme().substring(0, uri.getScheme().length() - CLUSTER.length());
        String before = scheme + "://" + authority.substring(0, hosts);
        String behind = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return Stream.of(authority.substring(hosts).split(","))
                .map(host -> RedisURI.create(before + host + behind))
                .toList();
    }
}
