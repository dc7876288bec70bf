package io.outrigger.proxy.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a handshake came to nothing, out of what the libraries throw, which is different in each. Immutable.
 *
 * @param words about the peer: {@code it showed no certificate}
 */
record HandshakeFailure(Kind kind, String words) {
    /** The label {@code result} of the metric of handshakes. Immutable. */
    enum Kind {
        /** The peer's certificate is refused. */
        BAD_CERTIFICATE,
        /** The peer showed none and has to. */
        NO_CERTIFICATE,
        /** The peer refuses the certificate that was shown here, or misses one. */
        REFUSED,
        /** No version, cipher or name in common; or bytes that are no TLS of any sense. */
        PROTOCOL,
        /** The peer speaks something else. */
        NOT_TLS,
        TIMEOUT,
        /** The connection ended. */
        GONE;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean isAboutCertificates() {
            return this == BAD_CERTIFICATE || this == NO_CERTIFICATE || this == REFUSED;
        }
    }

    private static final int LONGEST_SHOWN = 160;
    private static final Pattern ALERT =
            Pattern.compile("alert[_: ]+([a-z_]+)"); // RFC 8446 §6.2, as both libraries write

    static HandshakeFailure of(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException refused) {
                String words = refused instanceof CertificateRefused
                        ? String.valueOf(refused.getMessage())
                        : "its certificate is refused: " + shown(refused);
                return new HandshakeFailure(Kind.BAD_CERTIFICATE, words);
            }
        }
        return switch (thrown) {
            case NotSslRecordException _ -> new HandshakeFailure(Kind.NOT_TLS, "it does not speak TLS");
            case SslHandshakeTimeoutException _ ->
                new HandshakeFailure(Kind.TIMEOUT, "it did not complete the handshake in time");
            case SSLException tls -> ofMessage(String.valueOf(tls.getMessage()).toLowerCase(Locale.ROOT), tls);
            case IOException _ -> new HandshakeFailure(Kind.GONE, "it ended the connection during the handshake");
            default -> new HandshakeFailure(Kind.PROTOCOL, "handshake failed: " + shown(thrown));
        };
    }

    private static HandshakeFailure ofMessage(String message, SSLException thrown) {
        if (message.contains("peer_did_not_return_a_certificate")
                || message.contains("empty client certificate chain")) {
            return new HandshakeFailure(Kind.NO_CERTIFICATE, "it showed no certificate");
        }
        HandshakeFailure alert = ofAlert(message);
        if (alert != null) {
            return alert;
        }
        if (message.contains("unsupported_protocol")
                || message.contains("wrong_version_number")
                || message.contains("protocol version")
                || message.contains("no appropriate protocol")) {
            return new HandshakeFailure(Kind.PROTOCOL, "it speaks no version of TLS that is allowed here");
        }
        if (message.contains("no_shared_cipher") || message.contains("no cipher suites in common")) {
            return new HandshakeFailure(Kind.PROTOCOL, "it has no cipher suite in common with this side");
        }
        return new HandshakeFailure(Kind.PROTOCOL, "handshake failed: " + shown(thrown));
    }

    /** Null when the exception does not tell of an alert that has to do with a handshake. */
    static @Nullable HandshakeFailure ofAlert(String lowerCaseMessage) {
        Matcher alert = ALERT.matcher(lowerCaseMessage);
        if (!alert.find()) {
            return null;
        }
        String name = alert.group(1);
        return switch (name) {
            case "certificate_required" -> new HandshakeFailure(Kind.REFUSED, "it wants a client certificate");
            case "bad_certificate", "no_certificate" ->
                new HandshakeFailure(Kind.REFUSED, "it refuses the certificate of this side, or wants one: " + name);
            case "unknown_ca" ->
                new HandshakeFailure(Kind.REFUSED, "it does not know the authority of this side's certificate");
            case "certificate_expired" ->
                new HandshakeFailure(Kind.REFUSED, "it says that this side's certificate has expired");
            case "unsupported_certificate", "certificate_revoked", "certificate_unknown", "access_denied" ->
                new HandshakeFailure(Kind.REFUSED, "it refuses the certificate of this side: " + name);
            case "protocol_version" ->
                new HandshakeFailure(Kind.PROTOCOL, "it speaks no version of TLS that is allowed here");
            case "handshake_failure" ->
                new HandshakeFailure(
                        Kind.PROTOCOL,
                        "it refuses the handshake: no cipher suite in common, or it wants a certificate that it trusts");
            case "unrecognized_name" ->
                new HandshakeFailure(Kind.PROTOCOL, "it does not know the name it was asked for");
            case "decrypt_error", "illegal_parameter", "decode_error", "insufficient_security", "internal_error" ->
                new HandshakeFailure(Kind.PROTOCOL, "it refuses the handshake: " + name);
            default -> null;
        };
    }

    /**
     * The same for an alert that comes when this side has taken the handshake for done. Null also for {@code
     * internal_error}, with which Java's servers end connections whose requests they have read, and acted upon.
     */
    static @Nullable HandshakeFailure ofLateAlert(String lowerCaseMessage) {
        return lowerCaseMessage.contains("internal_error") ? null : ofAlert(lowerCaseMessage);
    }

    /** The last part of a message like {@code error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED}. */
    private static String shown(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        String last = message.contains("OPENSSL_internal:")
                ? message.substring(message.lastIndexOf(':') + 1).replace('_', ' ')
                : message;
        String words = last.length() <= LONGEST_SHOWN ? last : last.substring(0, LONGEST_SHOWN) + "…";
        return words.toLowerCase(Locale.ROOT);
    }
}
