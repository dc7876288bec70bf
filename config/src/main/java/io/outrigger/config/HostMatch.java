package io.outrigger.config;

/** Which hosts a route takes, compared without port and without case; names here are in lower case. Immutable. */
public sealed interface HostMatch {
    /** A name or an IP literal, that of IPv6 without brackets. */
    record Exact(String host) implements HostMatch {
        @Override
        public String toString() {
            return host.indexOf(':') < 0 ? host : "[" + host + "]";
        }
    }

    /** Every name with at least one label before the suffix, which begins with its dot: {@code .payments.internal}. */
    record Wildcard(String suffix) implements HostMatch {
        @Override
        public String toString() {
            return "*" + suffix;
        }
    }
}
