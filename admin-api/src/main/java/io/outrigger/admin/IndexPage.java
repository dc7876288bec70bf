package io.outrigger.admin;

import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** Lists the pages there are, for whoever opens the port in a browser. Confined to one loop: that of the admin server. */
final class IndexPage implements Page {
    private static final String STYLE =
            "body{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}";

    private List<Operation> operations = List.of(); // until it is told

    Operation operation() {
        return Operation.get("/", Operation.Audience.BROWSERS, this, () -> Description.of("The pages there are.")
                .answers(200, "A list for people.", "text/html; charset=utf-8", Schema.text("HTML.")));
    }

    /** Itself among them. */
    void lists(List<Operation> all) {
        operations = List.copyOf(all);
    }

    @Override
    public void show(Ask ask, Consumer<Content> then) {
        StringBuilder links = new StringBuilder();
        for (Operation operation : operations) {
            String path = operation.path();
            boolean link = operation.method().equals(HttpMethod.GET) && path.indexOf('{') < 0;
            links.append("<li>")
                    .append(link ? "<a href=\"" + path + "\">" + path + "</a>" : operation.toString())
                    .append("</li>\n");
        }
        then.accept(Content.html(
                """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><title>Outrigger</title><style>%s</style></head>
                <body>
                <h1>Outrigger</h1>
                <ul>
                %s</ul>
                </body>
                </html>
                """.formatted(STYLE, links),
                "default-src 'none'; style-src 'sha256-" + hash(STYLE)
                        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"));
    }

    private static String hash(String style) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
