package io.outrigger.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.outrigger.metrics.SharedCounter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonHandlerTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final LineWriter writer = LineWriter.start(out, new SharedCounter());
    private final JsonHandler handler = new JsonHandler(writer, "shop");

    private JsonNode published(LogRecord event) throws IOException {
        handler.publish(event);
        writer.close();
        return new ObjectMapper().readTree(out.toByteArray());
    }

    @Test
    void aRecordHasTheShapeOfAnAccessLine() throws IOException {
        LogRecord event = new LogRecord(Level.INFO, "listening on {0}");
        event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
        event.setLoggerName("io.outrigger.proxy.Main");
        event.setParameters(new Object[] {"127.0.0.1:15100"});

        assertThat(published(event).toString())
                .isEqualTo("{\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"level\":\"info\",\"service\":\"shop\","
                        + "\"message\":\"listening on 127.0.0.1:15100\",\"logger\":\"io.outrigger.proxy.Main\"}");
    }

    @ParameterizedTest
    @CsvSource({"SEVERE,error", "WARNING,warn", "INFO,info", "CONFIG,info", "FINE,debug", "FINEST,debug"})
    void levelsHaveTheWordsOfTheConfiguration(String level, String word) throws IOException {
        assertThat(published(new LogRecord(Level.parse(level), "x"))
                        .get("level")
                        .asText())
                .isEqualTo(word);
    }

    @Test
    void anExceptionIsOneMember() throws IOException {
        LogRecord event = new LogRecord(Level.SEVERE, "the loop failed");
        event.setThrown(new IllegalStateException("no \"state\"\nat all"));

        String error = published(event).get("error").asText();
        assertThat(error).startsWith("java.lang.IllegalStateException: no \"state\"\nat all\n\tat ");
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    }

    @Test
    void aRecordWithoutAMessageIsStillALine() throws IOException {
        assertThat(published(new LogRecord(Level.INFO, null)).get("message").asText())
                .isEmpty();
    }
}
