package io.outrigger.exchange;

import static io.outrigger.exchange.Failure.Blame.CLIENT;
import static io.outrigger.exchange.Failure.Blame.PROXY;
import static io.outrigger.exchange.Failure.Blame.UPSTREAM;

import java.util.Locale;

/**
 * Why a reply failed: one row of the table of failures, with what is special to this case. Immutable.
 *
 * @param detail one lower-case sentence for people, without secrets, header values or queries
 * @param blame whose fault it is; breakers and fallbacks decide by it
 * @param delivery how far the request had got
 * @param retryAfterSeconds for the header Retry-After; 0 for none
 * @param fields of the answer, besides those that all failures have
 */
public record Failure(Kind kind, String detail, Blame blame, Delivery delivery, int retryAfterSeconds, Headers fields)
        implements Answer {

    /** Whose fault a failure is. Immutable. */
    public enum Blame {
        CLIENT,
        PROXY,
        UPSTREAM
    }

    /** The rows of the table; docs/failures.md explains each. Immutable. */
    public enum Kind {
        NO_ROUTE(404, "destination_not_found", CLIENT, Delivery.NOT_SENT, "No route takes this request"),
        BAD_REQUEST(400, "http_request_error", CLIENT, Delivery.NOT_SENT, "The request is malformed"),
        HEAD_TOO_LARGE(431, "http_request_error", CLIENT, Delivery.NOT_SENT, "The request's head is too large"),
        URI_TOO_LONG(414, "http_request_error", CLIENT, Delivery.NOT_SENT, "The request's target is too long"),
        HEAD_TIMEOUT(408, "http_request_error", CLIENT, Delivery.NOT_SENT, "The request's head took too long"),
        NOT_IMPLEMENTED(
                501, "http_request_error", CLIENT, Delivery.NOT_SENT, "The request asks for what is not done here"),
        BAD_VERSION(505, "http_request_error", CLIENT, Delivery.NOT_SENT, "The HTTP version is not supported"),
        BAD_BODY(400, "http_request_error", CLIENT, Delivery.UNKNOWN, "The request's body is malformed"),
        BODY_TIMEOUT(408, "http_request_error", CLIENT, Delivery.UNKNOWN, "The request's body took too long"),
        LOOP_DETECTED(502, "proxy_loop_detected", CLIENT, Delivery.NOT_SENT, "The request goes in circles"),
        RATE_LIMITED(429, "http_request_denied", PROXY, Delivery.NOT_SENT, "The rate limit is used up"),
        CONNECTIONS_FULL(503, "connection_limit_reached", PROXY, Delivery.NOT_SENT, "Too many client connections"),
        POOL_FULL(503, "connection_limit_reached", PROXY, Delivery.NOT_SENT, "No upstream connection is free"),
        BULKHEAD_FULL(503, "connection_limit_reached", PROXY, Delivery.NOT_SENT, "The route has too much under way"),
        SHED(503, "connection_limit_reached", PROXY, Delivery.NOT_SENT, "More is under way than can be borne"),
        CIRCUIT_OPEN(503, "destination_unavailable", PROXY, Delivery.NOT_SENT, "The circuit is open"),
        NO_ENDPOINT(503, "destination_unavailable", PROXY, Delivery.NOT_SENT, "The upstream has no usable endpoint"),
        DNS_FAILED(502, "dns_error", UPSTREAM, Delivery.NOT_SENT, "The upstream's name cannot be resolved"),
        CONNECT_REFUSED(502, "connection_refused", UPSTREAM, Delivery.NOT_SENT, "The endpoint refused the connection"),
        CONNECT_TIMEOUT(504, "connection_timeout", UPSTREAM, Delivery.NOT_SENT, "The endpoint did not accept in time"),
        TLS_CERTIFICATE(
                "tls_failed",
                502,
                "tls_certificate_error",
                UPSTREAM,
                Delivery.NOT_SENT,
                "A certificate was refused in the TLS handshake"),
        TLS_PROTOCOL("tls_failed", 502, "tls_protocol_error", UPSTREAM, Delivery.NOT_SENT, "The TLS handshake failed"),
        STALE_CONNECTION(502, "connection_terminated", UPSTREAM, Delivery.UNKNOWN, "A reused connection had ended"),
        RESET(502, "connection_terminated", UPSTREAM, Delivery.UNKNOWN, "The endpoint ended the connection"),
        BAD_RESPONSE(502, "http_protocol_error", UPSTREAM, Delivery.UNKNOWN, "The endpoint's response is malformed"),
        RESPONSE_CUT(502, "http_response_incomplete", UPSTREAM, Delivery.UNKNOWN, "The response was cut short"),
        ATTEMPT_TIMEOUT(
                504, "http_response_timeout", UPSTREAM, Delivery.UNKNOWN, "The endpoint did not answer in time"),
        DEADLINE(504, "http_response_timeout", PROXY, Delivery.NOT_SENT, "The time for this request is up"),
        KEY_MISSING(400, "http_request_denied", CLIENT, Delivery.NOT_SENT, "The request has to have a key"),
        KEY_MALFORMED(400, "http_request_denied", CLIENT, Delivery.NOT_SENT, "The request's key is malformed"),
        KEY_IN_FLIGHT(409, "http_request_denied", CLIENT, Delivery.NOT_SENT, "A request with this key is under way"),
        KEY_MISMATCH(422, "http_request_denied", CLIENT, Delivery.NOT_SENT, "The key was used for another request"),
        KEY_UNKNOWN(
                409, "http_request_denied", CLIENT, Delivery.NOT_SENT, "Nobody knows what became of the first request"),
        KEY_BODY_TOO_LARGE(413, "http_request_denied", CLIENT, Delivery.NOT_SENT, "The body is too large for a key"),
        STORE_FAILED(503, "proxy_internal_error", PROXY, Delivery.NOT_SENT, "The store of keys cannot be asked"),
        CLIENT_GONE(499, "", CLIENT, Delivery.NOT_SENT, "The client went away"),
        INTERNAL(500, "proxy_internal_error", PROXY, Delivery.UNKNOWN, "The proxy failed");

        private final int status;
        private final String proxyStatus;
        private final Blame blame;
        private final Delivery delivery;
        private final String title;
        private final String cause;

        Kind(int status, String proxyStatus, Blame blame, Delivery delivery, String title) {
            this("", status, proxyStatus, blame, delivery, title);
        }

        /** One of several that have their cause in common; empty for the name. */
        Kind(String cause, int status, String proxyStatus, Blame blame, Delivery delivery, String title) {
            this.cause = cause.isEmpty() ? name().toLowerCase(Locale.ROOT) : cause;
            this.status = status;
            this.proxyStatus = proxyStatus;
            this.blame = blame;
            this.delivery = delivery;
            this.title = title;
        }

        /** The status that the client gets, unless a head has gone out already. */
        public int status() {
            return status;
        }

        /** The error type of the header Proxy-Status (RFC 9209 §2.3); empty when no client is there to read it. */
        public String proxyStatus() {
            return proxyStatus;
        }

        /** The label {@code cause} of metrics and logs, such as {@code connect_refused}. */
        public String cause() {
            return cause;
        }

        /** The end of the type of the problem document (RFC 9457 §3.1.1), such as {@code connect-refused}. */
        public String problem() {
            return this == KEY_UNKNOWN ? "outcome-unknown" : cause.replace('_', '-');
        }

        /** The title of the problem document (RFC 9457 §3.1.3). */
        public String title() {
            return title;
        }
    }

    public static Failure of(Kind kind, String detail) {
        return new Failure(kind, detail, kind.blame, kind.delivery, 0, Headers.NONE);
    }

    /** What an exception becomes that nobody was to throw. It is told by its class: its message may hold a secret. */
    static Failure by(Throwable bug) {
        return of(Kind.INTERNAL, "unexpected " + bug.getClass().getSimpleName());
    }

    public Failure blaming(Blame other) {
        return new Failure(kind, detail, other, delivery, retryAfterSeconds, fields);
    }

    public Failure delivered(Delivery other) {
        return new Failure(kind, detail, blame, other, retryAfterSeconds, fields);
    }

    public Failure retryAfter(int seconds) {
        return new Failure(kind, detail, blame, delivery, seconds, fields);
    }

    public Failure with(Headers its) {
        return new Failure(kind, detail, blame, delivery, retryAfterSeconds, its);
    }
}
