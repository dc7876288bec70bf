package io.outrigger.proxy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlakyServerTest {
    private final FlakyServer server = server();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void healthyItAnswersOneRequestAfterTheOther() throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            for (String attempt : new String[] {"", "x-outrigger-attempt: 2\r\n"}) {
                client.getOutputStream().write(bytes("POST /a HTTP/1.1\r\n" + attempt + "content-length: 2\r\n\r\nab"));
                String content = "moody endpoint, healthy: POST /a HTTP/1.1" + (attempt.isEmpty() ? "" : ", attempt 2");
                String answer = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: "
                        + (content.length() + 1) + "\r\n\r\n" + content + "\n";
                assertThat(read(client.getInputStream(), answer.length())).isEqualTo(answer);
            }
        }
    }

    @Test
    void doesNotReadOnBehindABodyOfUnknownLength() throws IOException {
        String answer = HttpCall.send(server.port(), "PUT / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").contains("\r\nconnection: close\r\n");
    }

    @Test
    void aHeadIsAnsweredWithoutContent() throws IOException {
        String answer = HttpCall.send(server.port(), "HEAD / HTTP/1.1\r\ncontent-length: 9999999\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
    }

    @Test
    void failingItAnswersTwoKindsOfErrors() throws IOException {
        server.mood(Mood.FAILING);
        assertThat(head()).isEqualTo("HTTP/1.1 500 Internal Server Error");
        assertThat(head()).isEqualTo("HTTP/1.1 503 Service Unavailable");
        assertThat(head()).isEqualTo("HTTP/1.1 500 Internal Server Error");
    }

    @Test
    void resettingItResetsWhoHasAsked() throws IOException {
        server.mood(Mood.RESETTING);
        assertThatThrownBy(this::head).isInstanceOf(SocketException.class).hasMessageContaining("reset");
    }

    @Test
    void slowItLetsWaitUntilItIsClosed() throws IOException {
        server.mood(Mood.SLOW);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\n\r\n"));
            server.close();
            assertThat(end(client)).isIn("end", "Connection reset"); // which it is when the request was not read yet
        }
    }

    @Test
    void refusingItEndsItsConnectionsAndTakesNoOthersUntilItsMoodChanges() throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\n\r\n"));
            assertThat(read(client.getInputStream(), 8)).isEqualTo("HTTP/1.1");
            server.mood(Mood.REFUSING);
            assertThatThrownBy(this::head).isInstanceOf(ConnectException.class);
            assertThat(client.getInputStream().readAllBytes()).isNotEmpty(); // the rest, and then the end
        }
        server.mood(Mood.HEALTHY);
        assertThat(head()).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void moodsComeRound() {
        Mood mood = Mood.HEALTHY;
        for (Mood expected : Mood.values()) {
            assertThat(mood).isEqualTo(expected);
            mood = mood.next();
        }
        assertThat(mood).isEqualTo(Mood.HEALTHY);
    }

    /** How the connection ends, without a byte of an answer. */
    private static String end(Socket client) {
        try {
            return client.getInputStream().read() < 0 ? "end" : "an answer";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String head() throws IOException {
        return HttpCall.get(server.port(), "a", "/").lines().findFirst().orElse("");
    }

    private static String read(InputStream in, int count) throws IOException {
        return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static FlakyServer server() {
        try {
            return new FlakyServer("moody");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
