package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BearerTokenTest {
    @TempDir
    private Path dir;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(dir.resolve("token"), "  s3cret\n");
    }

    private void rewrite(String text, long second) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(second * 1000));
    }

    @Test
    void onlyTheWholeTokenIsAccepted() throws IOException {
        BearerToken token = new BearerToken(file);

        assertThat(token.accepts("Bearer s3cret")).isTrue();
        assertThat(token.accepts("BEARER   s3cret ")).isTrue();
        for (String other :
                new String[] {"Bearer s3cre", "Bearer s3crets", "Bearer ", "Bearer", "Basic s3cret", "s3cret", "", null
                }) {
            assertThat(token.accepts(other)).as(other).isFalse();
        }
    }

    @Test
    void aChangedFileCountsFromTheNextRequestOn() throws IOException {
        BearerToken token = new BearerToken(file);
        rewrite("other", 1);

        assertThat(token.accepts("Bearer s3cret")).isFalse();
        assertThat(token.accepts("Bearer other")).isTrue();
    }

    @Test
    void whileTheFileIsBadTheTokenBeforeItStays() throws IOException {
        BearerToken token = new BearerToken(file);
        rewrite("\n", 1);
        assertThat(token.accepts("Bearer s3cret")).isTrue();
        assertThat(token.accepts("Bearer ")).isFalse();

        Files.delete(file);
        assertThat(token.accepts("Bearer s3cret")).isTrue();

        rewrite("other", 2);
        assertThat(token.accepts("Bearer other")).isTrue();
    }

    @Test
    void atTheStartTheFileHasToBeGood() throws IOException {
        rewrite("", 1);
        assertThatIOException()
                .isThrownBy(() -> new BearerToken(file))
                .withMessage(file + ": empty (expected: a token)");

        rewrite("x".repeat(5000), 2);
        assertThatIOException().isThrownBy(() -> new BearerToken(file)).withMessageContaining("larger than a token");

        Files.delete(file);
        assertThatIOException()
                .isThrownBy(() -> new BearerToken(file))
                .withMessage(file + ": no such file (expected: one that holds the token)");
    }
}
