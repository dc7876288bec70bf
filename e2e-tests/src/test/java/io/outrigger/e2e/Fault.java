package io.outrigger.e2e;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What an upstream of the soak does to a request, and whether an answer of its own can come of it. Immutable. */
enum Fault {
    // those behind which the connection can be used again
    NONE(true),
    SLOW(true),
    /** One byte after the other. */
    TRICKLE(true),
    /** Sends more than it says. */
    TOO_LONG(true),
    MANY_INTERIM(true),
    UNAVAILABLE(true),
    // and those behind which it cannot
    /** Answers, and ends the connection when the first byte of the next request has come. */
    ENDS_AT_THE_NEXT_REQUEST(true),
    /** Answers, and ends the connection without having said so. */
    ENDS_UNANNOUNCED(true),
    HANGS(false),
    RESETS(false),
    RESETS_IN_HEAD(false),
    RESETS_IN_BODY(true),
    /** Sends less than it says. */
    TOO_SHORT(true),
    CUTS_CHUNKS(true),
    TWO_LENGTHS(false),
    INTERIM_WITHOUT_END(false),
    FIELDS_WITHOUT_END(false),
    NO_HTTP(false);

    private static final int ENDLESS = 200_000; // more than any limit

    /** Whether a head of the upstream's can reach the client. */
    final boolean answers;

    Fault(boolean answers) {
        this.answers = answers;
    }

    /** Whether a client that may ask again must get a 200. */
    boolean isHarmless() {
        return answers && !cuts() && this != UNAVAILABLE;
    }

    /** Whether a head with 200 can be followed by less than it promises. */
    boolean cuts() {
        return this == RESETS_IN_BODY || this == TOO_SHORT || this == CUTS_CHUNKS;
    }

    static Fault of(Message request) {
        String target = request.target();
        return valueOf(target.substring(target.indexOf("f=") + 2));
    }

    /** Does it; tells whether the connection can be used again. */
    boolean happens(Wire wire, String text) throws Exception {
        switch (this) {
            case NONE, ENDS_AT_THE_NEXT_REQUEST, ENDS_UNANNOUNCED -> wire.send(ScriptedUpstream.ok(text));
            case SLOW -> {
                pause(30);
                wire.send(ScriptedUpstream.ok(text));
            }
            case TRICKLE -> {
                for (String one : ScriptedUpstream.ok(text).split("")) {
                    wire.send(one);
                }
            }
            case TOO_LONG -> wire.send(ScriptedUpstream.ok(text) + "and more");
            case MANY_INTERIM ->
                wire.send("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(10) + ScriptedUpstream.ok(text));
            case UNAVAILABLE -> wire.send(ScriptedUpstream.response("503 Service Unavailable", text));
            case HANGS -> wire.endsWithoutAnotherByte();
            case RESETS -> wire.reset();
            case RESETS_IN_HEAD -> {
                wire.send("HTTP/1.1 200 O");
                wire.reset();
            }
            case RESETS_IN_BODY -> {
                wire.head("HTTP/1.1 200 OK", "content-length: 1000").send(text);
                pause(5); // or the reset would take the head with it
                wire.reset();
            }
            case TOO_SHORT ->
                wire.head("HTTP/1.1 200 OK", "content-length: 1000").send(text);
            case CUTS_CHUNKS ->
                wire.head("HTTP/1.1 200 OK", "transfer-encoding: chunked")
                        .chunk(text)
                        .send("10\r\nhalf");
            case TWO_LENGTHS ->
                wire.head("HTTP/1.1 200 OK", "content-length: 5", "content-length: 6")
                        .send("abcdef");
            case INTERIM_WITHOUT_END -> endless(wire, "HTTP/1.1 103 Early Hints\r\n\r\n");
            case FIELDS_WITHOUT_END -> endless(wire.send("HTTP/1.1 200 OK\r\n"), "x: y\r\n");
            case NO_HTTP -> wire.send("220 mail.internal ESMTP\r\n\r\n");
        }
        return compareTo(UNAVAILABLE) <= 0;
    }

    private static void endless(Wire wire, String piece) throws Exception {
        String pieces = piece.repeat(1000);
        for (int sent = 0; sent < ENDLESS; sent += 1000) {
            wire.send(pieces);
        }
    }

    private static void pause(int millis) throws InterruptedException {
        boolean never = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        assert !never;
    }
}
