package io.outrigger.proxy.balance;

import java.net.InetAddress;
import java.util.List;

/**
 * What is known of a name. Immutable.
 *
 * @param addresses those of the last look-up that succeeded, without doubles, in a stable order; empty before
 * @param failed whether the last look-up failed
 */
record Resolution(List<InetAddress> addresses, boolean failed) {
    Resolution {
        addresses = List.copyOf(addresses);
    }
}
