package io.outrigger.admin;

/** What all problem documents of this server (RFC 9457) look like. Immutable. */
final class Problems {
    static final String TYPE = "application/problem+json";

    static final Schema SCHEMA = Schema.object("Why there is no other answer (RFC 9457).")
            .with("type", Schema.text("What kind of problem it is; about:blank where the status says it all."))
            .with("title", Schema.text("The status in words."))
            .with("status", Schema.count("The status."))
            .with("detail", Schema.text("What is wrong, and what was expected."))
            .withOptional(
                    "pages",
                    Schema.list("What there is, where something else was asked for.", Schema.text("GET /config")))
            .withOptional(
                    "problems",
                    Schema.list("All that is wrong with a document, a line each.", Schema.text("With its place.")));

    private Problems() {}
}
