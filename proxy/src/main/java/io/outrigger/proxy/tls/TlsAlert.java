package io.outrigger.proxy.tls;

import io.outrigger.exchange.Failure;
import java.io.IOException;

/**
 * The peer has refused the handshake when this side took it for done: in TLS 1.3 a server looks at the client's
 * certificate after that, and nothing that the client has sent meanwhile is read (RFC 8446 §4.4.2.4, §2.2).
 */
public final class TlsAlert extends IOException {
    private static final long serialVersionUID = 1;
    private final transient HandshakeFailure why;

    TlsAlert(HandshakeFailure why, Throwable cause) {
        super(why.words(), cause);
        this.why = why;
    }

    /** The failure of a request that was sent to this endpoint in vain. */
    public Failure failure(String endpoint) {
        return ClientTls.failure(endpoint, why);
    }
}
