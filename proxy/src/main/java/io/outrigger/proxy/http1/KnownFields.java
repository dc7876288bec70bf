package io.outrigger.proxy.http1;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the known fields of a head say about its framing, its connection and its names (RFC 9112 §6 and §9, RFC 9110
 * §7.6). Marks the lines that do not pass. One per loop, used for one head after the other. Confined to one loop.
 */
final class KnownFields {
    long contentLength; // -1 when there is none
    boolean chunked;
    boolean close; // Connection: close
    boolean keepAlive; // Connection: keep-alive
    boolean upgradeNamed; // Connection: upgrade
    int upgrade; // the field, -1 when there is none
    int host; // likewise
    int hosts;
    boolean trailersWanted; // TE: trailers
    int ownVias;
    int requestId; // the field, -1 when there is none or it is not a good one
    int traceparent; // likewise
    boolean unknownCoding;

    @Nullable
    String problem; // null when all is well

    private static final String OUR_NAME = "outrigger";
    private static final int REQUEST_ID_MOST = 128;

    void read(byte[] bytes, Fields fields, boolean request) {
        contentLength = -1;
        chunked = close = keepAlive = upgradeNamed = trailersWanted = unknownCoding = false;
        upgrade = host = requestId = traceparent = -1;
        hosts = ownVias = 0;
        problem = null;
        boolean nominating = false;
        int codings = 0;
        for (int field = 0; field < fields.count; field++) {
            Known known = Known.of(bytes, fields.name(field), fields.colon(field), fields.hash(field));
            if (known == null) {
                continue;
            }
            int from = fields.valueFrom(bytes, field);
            int to = fields.valueTo(bytes, field, from);
            switch (known) {
                case CONNECTION -> {
                    fields.kinds[field] = Line.DROPPED;
                    nominating |= connection(bytes, from, to);
                }
                case KEEP_ALIVE, PROXY_CONNECTION, PROXY_AUTHORIZATION, PROXY_AUTHENTICATE, HTTP2_SETTINGS ->
                    fields.kinds[field] = Line.DROPPED;
                case TE -> {
                    fields.kinds[field] = Line.DROPPED;
                    trailersWanted |= lists(bytes, from, to, "trailers");
                }
                case TRANSFER_ENCODING -> {
                    fields.kinds[field] = Line.DROPPED;
                    codings++;
                    transferEncoding(bytes, from, to);
                }
                case CONTENT_LENGTH -> length(bytes, from, to);
                case UPGRADE -> {
                    fields.kinds[field] = Line.REPLACED; // routes match by it
                    upgrade = field;
                }
                case HOST -> {
                    host = field;
                    hosts++;
                    if (request && !Bytes.hostAndPort(bytes, from, to)) {
                        problem = "Host is not a host with an optional port";
                    }
                }
                case VIA -> ownVias += occurrences(bytes, from, to);
                case REQUEST_ID -> {
                    boolean good = request && requestId < 0 && isRequestId(bytes, from, to);
                    fields.kinds[field] = good ? Line.KEPT : Line.DROPPED;
                    requestId = good ? field : requestId;
                }
                case REQUEST_TIMEOUT -> fields.kinds[field] = request ? Line.REPLACED : Line.KEPT;
                case ATTEMPT -> fields.kinds[field] = request ? Line.DROPPED : Line.KEPT;
                case TRACEPARENT -> traceparent = traceparent == -1 && TraceParent.valid(bytes, from, to) ? field : -2;
                case DATE, EXPECT, MAX_FORWARDS, TRACESTATE -> {}
            }
        }
        if (codings > 1) {
            problem = "Transfer-Encoding on several lines";
        }
        if (chunked && contentLength >= 0) {
            problem = "Content-Length together with Transfer-Encoding";
        }
        if (nominating) {
            dropNominated(bytes, fields);
        }
        if (request && traceparent < 0) {
            dropTrace(bytes, fields);
        }
    }

    /** Whether the connection outlives this message in the given minor version. */
    boolean persistent(int minor) {
        return !close && (minor > 0 || keepAlive);
    }

    /** The value of a field. */
    String value(byte[] bytes, Fields fields, int field) {
        int from = fields.valueFrom(bytes, field);
        return new String(bytes, from, fields.valueTo(bytes, field, from) - from, StandardCharsets.ISO_8859_1);
    }

    /** Reads the options that mean something here; tells whether there are any that may nominate fields. */
    private boolean connection(byte[] bytes, int from, int to) {
        boolean nominating = false;
        int at = from;
        while (at < to) {
            int end = elementEnd(bytes, at, to);
            int start = skipSpace(bytes, at, end);
            int stop = trimSpace(bytes, start, end);
            if (Bytes.same(bytes, start, stop, "close")) {
                close = true;
                nominating = true; // the fields of the other two names never pass
            } else if (Bytes.same(bytes, start, stop, "keep-alive")) {
                keepAlive = true;
            } else if (Bytes.same(bytes, start, stop, "upgrade")) {
                upgradeNamed = true;
            } else {
                nominating |= stop > start;
            }
            at = end + 1;
        }
        return nominating;
    }

    private void dropNominated(byte[] bytes, Fields fields) {
        for (int field = 0; field < fields.count; field++) {
            if (Known.of(bytes, fields.name(field), fields.colon(field), fields.hash(field)) == Known.CONNECTION) {
                int at = fields.valueFrom(bytes, field);
                int to = fields.valueTo(bytes, field, at);
                while (at < to) {
                    int end = elementEnd(bytes, at, to);
                    int start = skipSpace(bytes, at, end);
                    dropNamed(bytes, start, trimSpace(bytes, start, end), fields);
                    at = end + 1;
                }
            }
        }
    }

    private void dropNamed(byte[] bytes, int from, int to, Fields fields) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + Bytes.token(bytes[i]);
        }
        for (int field = 0; field < fields.count; field++) {
            if (fields.hash(field) == hash
                    && fields.kinds[field] != Line.DROPPED
                    && sameName(bytes, from, to, fields.name(field), fields.colon(field))) {
                Known known = Known.of(bytes, fields.name(field), fields.colon(field), hash);
                if (known == Known.HOST || known == Known.CONTENT_LENGTH || known == Known.UPGRADE) {
                    continue; // what frames and routes is never nominated
                }
                fields.kinds[field] = Line.DROPPED;
                requestId = known == Known.REQUEST_ID ? -1 : requestId; // made anew
                traceparent = known == Known.TRACEPARENT ? -1 : traceparent; // likewise
            }
        }
    }

    private static boolean sameName(byte[] bytes, int from, int to, int name, int colon) {
        if (to - from != colon - name) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            if (Bytes.token(bytes[from + i]) != Bytes.token(bytes[name + i])) {
                return false;
            }
        }
        return true;
    }

    private void dropTrace(byte[] bytes, Fields fields) {
        for (int field = 0; field < fields.count; field++) {
            Known known = Known.of(bytes, fields.name(field), fields.colon(field), fields.hash(field));
            if (known == Known.TRACEPARENT || known == Known.TRACESTATE) {
                fields.kinds[field] = Line.DROPPED;
            }
        }
    }

    private void length(byte[] bytes, int from, int to) {
        if (contentLength >= 0) {
            problem = "Content-Length more than once";
            return;
        }
        if (from == to || to - from > 19) {
            problem = "Content-Length is not a decimal number of bytes";
            return;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            if (!Bytes.digit(bytes[i])) {
                problem = "Content-Length is not a decimal number of bytes";
                return;
            }
            value = value * 10 + (bytes[i] - '0');
        }
        if (value < 0) {
            problem = "Content-Length is too large";
            return;
        }
        contentLength = value;
    }

    private void transferEncoding(byte[] bytes, int from, int to) {
        if (Bytes.same(bytes, from, to, "chunked")) {
            chunked = true;
            return;
        }
        int last = to;
        while (last > from && bytes[last - 1] != ',') {
            last--;
        }
        if (!Bytes.same(bytes, skipSpace(bytes, last, to), to, "chunked")) {
            problem = "Transfer-Encoding does not end in chunked";
        } else if (lists(bytes, from, last - 1, "chunked")) {
            problem = "Transfer-Encoding with chunked twice";
        } else {
            unknownCoding = true;
        }
    }

    private static boolean isRequestId(byte[] bytes, int from, int to) {
        if (to == from || to - from > REQUEST_ID_MOST) {
            return false;
        }
        for (int i = from; i < to; i++) {
            int b = bytes[i] | 0x20;
            if (!Bytes.digit(bytes[i])
                    && (b < 'a' || b > 'z')
                    && bytes[i] != '.'
                    && bytes[i] != '_'
                    && bytes[i] != '-') {
                return false;
            }
        }
        return true;
    }

    /** Whether the comma-separated list has this element, in any case. */
    private static boolean lists(byte[] bytes, int from, int to, String word) {
        int at = from;
        while (at < to) {
            int end = elementEnd(bytes, at, to);
            int start = skipSpace(bytes, at, end);
            if (Bytes.same(bytes, start, trimSpace(bytes, start, end), word)) {
                return true;
            }
            at = end + 1;
        }
        return false;
    }

    /** How often our name stands in a list of Via. */
    private static int occurrences(byte[] bytes, int from, int to) {
        int found = 0;
        for (int at = from; at < to; at = elementEnd(bytes, at, to) + 1) {
            int end = trimSpace(bytes, at, elementEnd(bytes, at, to));
            if (end - OUR_NAME.length() > at
                    && Bytes.same(bytes, end - OUR_NAME.length(), end, OUR_NAME)
                    && bytes[end - OUR_NAME.length() - 1] == ' ') {
                found++;
            }
        }
        return found;
    }

    private static int elementEnd(byte[] bytes, int at, int to) {
        int end = at;
        while (end < to && bytes[end] != ',') {
            end++;
        }
        return end;
    }

    private static int skipSpace(byte[] bytes, int at, int to) {
        int i = at;
        while (i < to && (bytes[i] == ' ' || bytes[i] == '\t')) {
            i++;
        }
        return i;
    }

    private static int trimSpace(byte[] bytes, int from, int to) {
        int i = to;
        while (i > from && (bytes[i - 1] == ' ' || bytes[i - 1] == '\t')) {
            i--;
        }
        return i;
    }
}
