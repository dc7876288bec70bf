package io.outrigger.proxy.balance;

import java.net.InetAddress;
import java.util.List;

/**
 * What is known of a name. Immutable.
 *
 * @param addresses those of the last look-up that succeeded, without doubles, in a stable order; empty before
 * @param trouble why the last look-up failed; empty when it did not
 */
record Resolution(List<InetAddress> addresses, String trouble) {
    Resolution {
        addresses = List.copyOf(addresses);
    }

    boolean failed() {
        return !trouble.isEmpty();
    }
}
