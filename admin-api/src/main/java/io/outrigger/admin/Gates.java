package io.outrigger.admin;

import java.net.SocketAddress;
import java.util.function.Function;

/** Makes the gate of each new connection of a port, by the rules of the configuration in force. Shared by all loops. */
final class Gates {
    private volatile Function<SocketAddress, Gate> rules;

    Gates(Function<SocketAddress, Gate> rules) {
        this.rules = rules;
    }

    void change(Function<SocketAddress, Gate> others) {
        rules = others;
    }

    /** For a connection of the port that is bound there. */
    Gate at(SocketAddress bound) {
        return rules.apply(bound);
    }
}
