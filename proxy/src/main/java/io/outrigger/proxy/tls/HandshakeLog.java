package io.outrigger.proxy.tls;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;

/** Tells of handshakes that failed, one in ten seconds: whoever cannot get in tries again and again. Shared by all loops. */
final class HandshakeLog {
    private static final Logger LOG = Logger.getLogger(HandshakeLog.class.getName());
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String owner;
    private boolean told; // guarded by this, as are the others
    private long toldNanos;
    private long untold; // since the last line

    HandshakeLog(String owner) {
        this.owner = owner;
    }

    synchronized void failed(SocketAddress peer, HandshakeFailure why, long now) {
        if (told && now - toldNanos < PAUSE_NANOS) {
            untold++;
            return;
        }
        String more = untold == 0 ? "" : " (and " + untold + " others failed since the last line about this)";
        String who = peer instanceof InetSocketAddress tcp ? tcp.getAddress().getHostAddress() : "a client";
        LOG.info(() -> owner + ": no TLS with " + who + ": " + why.words() + more);
        told = true;
        toldNanos = now;
        untold = 0;
    }
}
