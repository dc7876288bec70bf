package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReferencePageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    /** To write the page anew after a change of keys: {@code mvn -pl config test -Dtest=ReferencePageTest -Ddocs.write}. */
    @Test
    void thePageSaysWhatTheRegistrySays() throws IOException {
        String page = ReferencePage.write();
        if (System.getProperty("docs.write") != null) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }
}
