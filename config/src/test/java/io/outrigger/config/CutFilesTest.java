package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.key.Environment;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that was cut short while it was written, with the upstreams last: no cut makes another configuration of it. */
class CutFilesTest {
    @ParameterizedTest
    @ValueSource(strings = {"fine/plain.yaml", "fine/access.yaml"})
    void isRefusedOrSaysTheSame(String name) throws IOException {
        String whole = Yaml.resource(name);
        OutriggerConfig config = Yaml.config(whole);
        for (int cut = 0; cut < whole.length(); cut++) {
            if (Yaml.read(whole.substring(0, cut), Environment.EMPTY) instanceof ReadResult.Ok ok) {
                assertThat(ok.config()).as("cut at %d", cut).isEqualTo(config);
            }
        }
    }
}
