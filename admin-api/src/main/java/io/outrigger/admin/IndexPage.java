package io.outrigger.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** Lists the pages there are, for whoever opens the port in a browser. Immutable. */
final class IndexPage implements Page {
    private static final String STYLE =
            "body{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}";

    private final Content content;

    /** Lists these paths. */
    IndexPage(List<String> paths) {
        StringBuilder links = new StringBuilder();
        for (String path : paths) {
            if (path.endsWith(Pages.NAME)) {
                links.append("<li>").append(path).append("</li>\n");
            } else {
                links.append("<li><a href=\"")
                        .append(path)
                        .append("\">")
                        .append(path)
                        .append("</a></li>\n");
            }
        }
        content = Content.html(
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
                        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    @Override
    public void show(Ask ask, Consumer<Content> then) {
        then.accept(content);
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
