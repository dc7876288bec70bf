package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies far larger than its memory pass bit for bit, with the flags of production. */
class LargeBodiesTest {
    private static final long SIZE = 256L * 1024 * 1024;
    private static final long MOST_MEMORY = 160L * 1024 * 1024;

    private ScriptedUpstream upstream;
    private Program program;

    @BeforeEach
    void start() throws Exception {
        upstream = new ScriptedUpstream(LargeBodiesTest::serve);
        program = Program.runAsInProduction("""
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                drain: {quiet: 1ms}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                """.formatted(upstream.port()));
    }

    @AfterEach
    void end() throws Exception {
        program.close();
        upstream.close();
    }

    private static void serve(Wire wire) throws Exception {
        Message head = wire.nextHead();
        if (head.method().equals("GET")) {
            wire.head("HTTP/1.1 200 OK", "content-length: " + SIZE);
            noise(wire, false);
            return;
        }
        var received = new DigestOutputStream(OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"));
        wire.body(head, received);
        wire.send(ScriptedUpstream.ok(hex(received.getMessageDigest())));
    }

    /** Sends noise that is always the same, in pieces of all lengths; returns its digest. */
    private static String noise(Wire wire, boolean chunked) throws IOException, NoSuchAlgorithmException {
        var random = new SplittableRandom(7);
        var digest = MessageDigest.getInstance("SHA-256");
        for (long left = SIZE; left > 0; ) {
            byte[] piece = new byte[(int) Math.min(left, 1 + random.nextInt(200_000))];
            random.nextBytes(piece);
            digest.update(piece);
            if (chunked) {
                wire.send(Integer.toHexString(piece.length) + "\r\n")
                        .send(piece)
                        .send("\r\n");
            } else {
                wire.send(piece);
            }
            left -= piece.length;
        }
        return hex(digest);
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void aLargeDownloadAndALargeChunkedUploadArriveInLittleMemory() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head("POST /upload HTTP/1.1", "host: a", "transfer-encoding: chunked");
            String sent = noise(wire, true);
            assertThat(wire.send("0\r\n\r\n").response().text()).isEqualTo(sent);

            var received =
                    new DigestOutputStream(OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"));
            var head = wire.head("GET /download HTTP/1.1", "host: a").responseHead();
            wire.body(head, received);
            assertThat(hex(received.getMessageDigest())).isEqualTo(sent); // the same noise
        }
        assertThat(program.peakMemory()).isLessThan(MOST_MEMORY);
    }

    @Test
    void aClientThatStopsReadingHoldsTheUpstreamBack() throws Exception {
        try (var stalled = Wire.to(program.port());
                var other = Wire.to(program.port())) {
            assertThat(stalled.head("GET /download HTTP/1.1", "host: a")
                            .responseHead()
                            .status())
                    .isEqualTo(200);
            var head = other.head("GET /download HTTP/1.1", "host: a").responseHead();
            other.body(head, OutputStream.nullOutputStream()); // meanwhile the first has all the time to fill memory
        }
        assertThat(program.peakMemory()).isLessThan(MOST_MEMORY);
    }
}
