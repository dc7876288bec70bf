package io.outrigger.config;

import io.outrigger.config.key.SchemaWriter;

/** What a configuration may say, as a JSON Schema (draft 2020-12): for editors and for tools that write configurations. */
public final class Schema {
    private Schema() {}

    /** Also of keys that are still to come; of what it cannot say see docs/editor.md. */
    public static String json() {
        return SchemaWriter.write(
                "urn:outrigger:configuration:1", "Outrigger's configuration", OutriggerConfig.BLOCK, NotYet::covers);
    }
}
