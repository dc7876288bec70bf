package io.outrigger.proxy.http1;

import static io.outrigger.exchange.Failure.Kind.BAD_REQUEST;
import static io.outrigger.exchange.Failure.Kind.BAD_VERSION;
import static io.outrigger.exchange.Failure.Kind.HEAD_TOO_LARGE;
import static io.outrigger.exchange.Failure.Kind.LOOP_DETECTED;
import static io.outrigger.exchange.Failure.Kind.NOT_IMPLEMENTED;
import static io.outrigger.exchange.Failure.Kind.URI_TOO_LONG;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the head of a request in one pass and refuses whatever two readers could understand differently (RFC 9112 §3
 * to §6). One per loop, used for one head after the other. Confined to one loop.
 */
public final class RequestScanner extends HeadScanner<RequestHead> {
    private static final int METHOD_MOST = 32;
    private static final int OWN_VIAS_MOST = 4; // a request that has passed here five times goes in circles
    private static final String VERSION = "HTTP/";
    private static final int VERSION_LENGTH = 8;
    private static final String[] METHODS = {
        "GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"
    };

    private final RequestHead head = new RequestHead();

    @Override
    void read(byte[] bytes, int to, HeadLimits limits) {
        int at = 0;
        while (at < to && Bytes.token(bytes[at]) != 0) {
            at++;
        }
        if (at > METHOD_MOST || at < to && (at == 0 || bytes[at] != ' ')) {
            refuse(BAD_REQUEST, at > METHOD_MOST ? "method of more than 32 characters" : "malformed method");
            return;
        }
        int target = at + 1;
        int targetTo = target;
        while (targetTo < to && inTarget(bytes[targetTo])) {
            targetTo++;
        }
        if (targetTo - target > limits.targetBytes()) {
            refuse(URI_TOO_LONG, "target of more than " + limits.targetBytes() + " bytes");
            return;
        }
        if (targetTo >= to) {
            incomplete(to, limits);
            return;
        }
        if (bytes[targetTo] != ' ' || targetTo == target) {
            refuse(BAD_REQUEST, bytes[targetTo] == '#' ? "fragment in the target" : "malformed request line");
            return;
        }
        int version = targetTo + 1;
        int line = version + VERSION_LENGTH;
        if (!versionBegins(bytes, version, Math.min(to, line))) {
            refuse(BAD_REQUEST, "malformed HTTP version");
            return;
        }
        if (line + 1 >= to) {
            incomplete(to, limits);
            return;
        }
        if (bytes[line] != '\r' || bytes[line + 1] != '\n') {
            refuse(BAD_REQUEST, "malformed request line");
            return;
        }
        if (bytes[version + 5] != '1') {
            refuse(BAD_VERSION, "HTTP major version " + (char) bytes[version + 5] + " (expected: 1)");
            return;
        }
        int end = fields.scan(bytes, line + 2, to, limits.fields());
        switch (end) {
            case Fields.MORE -> incomplete(to, limits);
            case Fields.TOO_MANY -> refuse(HEAD_TOO_LARGE, "more than " + limits.fields() + " fields");
            case Fields.BAD -> refuse(BAD_REQUEST, fields.problem);
            default -> {
                if (end > limits.headBytes()) {
                    refuse(HEAD_TOO_LARGE, "head of more than " + limits.headBytes() + " bytes");
                } else {
                    complete(Arrays.copyOf(bytes, end), at, target, targetTo, bytes[version + 7] == '0' ? 0 : 1);
                }
            }
        }
    }

    private void complete(byte[] bytes, int methodTo, int target, int targetTo, int minor) {
        known.read(bytes, fields, true);
        String method = method(bytes, methodTo);
        if (known.problem != null) {
            refuse(BAD_REQUEST, known.problem);
        } else if (known.unknownCoding) {
            refuse(NOT_IMPLEMENTED, "transfer coding other than chunked");
        } else if (known.chunked && minor == 0) {
            refuse(BAD_REQUEST, "Transfer-Encoding in HTTP/1.0");
        } else if (known.hosts > 1) {
            refuse(BAD_REQUEST, "Host more than once");
        } else if (known.hosts == 0 && minor > 0) {
            refuse(BAD_REQUEST, "no Host");
        } else if (known.ownVias > OWN_VIAS_MOST) {
            refuse(LOOP_DETECTED, "the request has passed here " + known.ownVias + " times");
        } else if (method.equals("CONNECT")) {
            refuse(NOT_IMPLEMENTED, "CONNECT is for listeners of kind forward");
        } else {
            target(bytes, method, target, targetTo, minor);
        }
    }

    private void target(byte[] bytes, String method, int from, int to, int minor) {
        Headers headers = fields.headers(bytes);
        if (bytes[from] == '/') {
            if (minor > 0 && hostIsEmpty(bytes)) {
                refuse(BAD_REQUEST, "Host is empty");
                return;
            }
            complete(bytes, method, new Target(bytes, from, to), headers, minor);
            return;
        }
        if (to - from == 1 && bytes[from] == '*') {
            if (method.equals("OPTIONS")) {
                complete(bytes, method, new Target(bytes, from, to), headers, minor);
            } else {
                refuse(BAD_REQUEST, "target * with a method other than OPTIONS");
            }
            return;
        }
        int authority = authority(bytes, from, to);
        int path = authority < 0 ? to : authority;
        while (path < to && bytes[path] != '/' && bytes[path] != '?') {
            path++;
        }
        if (authority < 0
                || authority == path
                || bytes[authority] == ':'
                || !Bytes.hostAndPort(bytes, authority, path)) {
            refuse(BAD_REQUEST, "target that is neither a path nor an http URL with a host");
            return;
        }
        // RFC 9112 §3.2.2: the host of an absolute target counts, whatever Host says
        String host = new String(bytes, authority, path - authority, StandardCharsets.ISO_8859_1);
        complete(bytes, method, pathOf(bytes, path, to, method), headers.with(Known.HOST.headerName(), host), minor);
    }

    private void complete(byte[] bytes, String method, Target target, Headers headers, int minor) {
        String upgrade = upgrade(bytes, minor);
        Request request =
                new Request(method, target, headers, Body.EMPTY, upgrade, known.trailersWanted, Request.FIRST, false);
        found(head.of(bytes, request, minor, known, fields), bytes.length);
    }

    private static Target pathOf(byte[] bytes, int path, int to, String method) {
        if (path == to) {
            return Target.of(method.equals("OPTIONS") ? "*" : "/"); // RFC 9112 §3.2.4
        }
        if (bytes[path] == '/') {
            return new Target(bytes, path, to);
        }
        byte[] slashed = new byte[to - path + 1];
        slashed[0] = '/';
        System.arraycopy(bytes, path, slashed, 1, to - path);
        return new Target(slashed, 0, slashed.length);
    }

    /** Where the authority of an http or https URL begins, or -1. */
    private static int authority(byte[] bytes, int from, int to) {
        for (String scheme : new String[] {"http://", "https://"}) {
            int end = from + scheme.length();
            if (end <= to && Bytes.same(bytes, from, end, scheme)) {
                return end;
            }
        }
        return -1;
    }

    /** The protocol to change to. HTTP/2 in the clear is no reason to open a tunnel past all filters. */
    private @Nullable String upgrade(byte[] bytes, int minor) {
        if (known.upgrade < 0 || !known.upgradeNamed || minor == 0 || known.chunked || known.contentLength > 0) {
            return null;
        }
        String protocol = known.value(bytes, fields, known.upgrade);
        return protocol.isEmpty() || protocol.toLowerCase(java.util.Locale.ROOT).contains("h2c") ? null : protocol;
    }

    private boolean hostIsEmpty(byte[] bytes) {
        int from = fields.valueFrom(bytes, known.host);
        int to = fields.valueTo(bytes, known.host, from);
        return from == to || bytes[from] == ':';
    }

    private void incomplete(int to, HeadLimits limits) {
        if (to >= limits.headBytes()) {
            refuse(HEAD_TOO_LARGE, "head of more than " + limits.headBytes() + " bytes");
        }
    }

    private static boolean inTarget(byte b) {
        return (b > ' ' || b < 0) && b != 127 && b != '#';
    }

    private static boolean versionBegins(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            int position = i - from;
            boolean good = position < VERSION.length()
                    ? bytes[i] == VERSION.charAt(position)
                    : position == 6 ? bytes[i] == '.' : Bytes.digit(bytes[i]);
            if (!good) {
                return false;
            }
        }
        return true;
    }

    private static String method(byte[] bytes, int to) {
        for (String method : METHODS) {
            if (method.length() == to && matches(bytes, method)) {
                return method;
            }
        }
        return new String(bytes, 0, to, StandardCharsets.ISO_8859_1);
    }

    private static boolean matches(byte[] bytes, String method) {
        for (int i = 0; i < method.length(); i++) {
            if (bytes[i] != method.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
