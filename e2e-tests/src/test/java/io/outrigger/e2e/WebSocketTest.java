package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A WebSocket works through the proxy, for a client and a server that know nothing of it. */
class WebSocketTest {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3
    private static final int CLOSE = 8;

    private static ScriptedUpstream upstream;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = new ScriptedUpstream(WebSocketTest::echo);
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                routes:
                  - name: quiet
                    match: {path: {exact: /quiet}}
                    upstream: app
                    timeout: {idle: 100ms}
                    circuitBreaker: {minimumCalls: 2}
                """.formatted(upstream.port()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    private static void echo(Wire wire) throws Exception {
        Message request = wire.nextHead();
        if (request.field("upgrade") == null) {
            wire.send(ScriptedUpstream.response("400 Bad Request", "", "connection: close"));
            return;
        }
        byte[] key = (request.field("sec-websocket-key") + GUID).getBytes(StandardCharsets.US_ASCII);
        String accept = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-1").digest(key));
        wire.head(
                "HTTP/1.1 101 Switching Protocols",
                "upgrade: websocket",
                "connection: Upgrade",
                "sec-websocket-accept: " + accept);
        int opcode;
        do {
            opcode = echoFrame(wire);
        } while (opcode != CLOSE);
    }

    /** Sends one frame of a client back as a server sends it: without its mask. */
    private static int echoFrame(Wire wire) throws IOException {
        byte[] begin = wire.bytes(2);
        int shortLength = begin[1] & 0x7F;
        ByteBuffer length = ByteBuffer.wrap(wire.bytes(shortLength == 127 ? 8 : shortLength == 126 ? 2 : 0));
        int size = shortLength == 127 ? (int) length.getLong() : shortLength == 126 ? length.getChar() : shortLength;
        byte[] mask = wire.bytes(4);
        byte[] content = wire.bytes(size);
        for (int i = 0; i < size; i++) {
            content[i] ^= mask[i % 4];
        }
        var frame = new ByteArrayOutputStream();
        var data = new DataOutputStream(frame);
        data.write(begin[0]);
        data.write(127);
        data.writeLong(size);
        if (size < 126) {
            frame.reset();
            data.write(begin[0]);
            data.write(size);
        } else if (size < 65536) {
            frame.reset();
            data.write(begin[0]);
            data.write(126);
            data.writeShort(size);
        }
        data.write(content);
        wire.send(frame.toByteArray());
        return begin[0] & 0x0F;
    }

    /** Collects what comes, message by message. */
    private static final class Listener implements WebSocket.Listener {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> binary = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            texts.add(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            bytes.writeBytes(part);
            if (last) {
                binary.complete(bytes.toByteArray());
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    @Test
    void messagesPassBothWaysUntilItIsClosed() throws Exception {
        var listener = new Listener();
        byte[] large = new byte[300_000];
        new Random(1).nextBytes(large);
        try (var client = HttpClient.newHttpClient()) {
            var socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + program.port() + "/chat"), listener)
                    .get(20, TimeUnit.SECONDS);
            for (String text : Arrays.asList("hello", "again")) {
                socket.sendText(text, true).get(20, TimeUnit.SECONDS);
                assertThat(listener.texts.poll(20, TimeUnit.SECONDS)).isEqualTo(text);
            }
            socket.sendBinary(ByteBuffer.wrap(large), true).get(20, TimeUnit.SECONDS);
            assertThat(listener.binary.get(20, TimeUnit.SECONDS)).isEqualTo(large);
            socket.sendClose(1000, "done").get(20, TimeUnit.SECONDS);
            assertThat(listener.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1000);
        }
    }

    @Test
    void anUpgradeThatIsRefusedIsAnOrdinaryAnswer() throws Exception {
        var answer = program.ask("GET /chat HTTP/1.1", "host: a");
        assertThat(answer.status()).isEqualTo(400);
    }

    /** Many a client keeps one open for what seldom comes: its server is as well as can be. */
    @Test
    void socketsInWhichNobodySpeaksOpenNoCircuit() throws Exception {
        for (int i = 0; i < 6; i++) {
            try (var wire = Wire.to(program.port())) {
                wire.head(
                        "GET /quiet HTTP/1.1",
                        "host: a",
                        "connection: upgrade",
                        "upgrade: websocket",
                        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
                        "sec-websocket-version: 13");
                assertThat(wire.responseHead().status()).isEqualTo(101);
                assertThat(wire.endsWithoutAnotherByte()).isTrue();
            }
        }
        assertThat(program.series("outrigger_circuit_state", "route=\"quiet\"", "state=\"closed\""))
                .isEqualTo(1);
    }

    @Test
    void aServerThatGoesEndsTheTunnelAndAClientThatGoesToo() throws Exception {
        try (var wire = Wire.to(program.port())) {
            wire.head(
                    "GET /chat HTTP/1.1",
                    "host: a",
                    "connection: upgrade",
                    "upgrade: websocket",
                    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
                    "sec-websocket-version: 13",
                    "x-request-id: tunnel-1");
            assertThat(wire.responseHead().status()).isEqualTo(101);
            wire.send(new byte[] {(byte) 0x88, (byte) 0x80, 1, 2, 3, 4}); // close, masked, empty
            assertThat(wire.bytes(2)).containsExactly(0x88, 0);
            assertThat(wire.endsWithoutAnotherByte()).isTrue();
        }
        assertThat(program.awaitAccess("tunnel-1").path("status").asInt()).isEqualTo(101);
    }
}
