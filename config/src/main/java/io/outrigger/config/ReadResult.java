package io.outrigger.config;

import io.outrigger.config.yaml.Places;
import io.outrigger.config.yaml.Problem;
import java.util.List;

/** What became of a file. Immutable. */
public sealed interface ReadResult {
    /** The SHA-256 of the file's content, in hex. */
    String hash();

    /** The places are for what turns out to be wrong later. */
    record Ok(OutriggerConfig config, String hash, Effective effective, Places places) implements ReadResult {}

    /** All that keeps the file from being used, in its order. */
    record Broken(List<Problem> problems, String hash) implements ReadResult {
        public Broken {
            problems = List.copyOf(problems);
        }
    }
}
