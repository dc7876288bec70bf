package io.outrigger.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shows browsers the live dashboard, and everybody else the list of pages. Confined to one loop: that of the admin
 * server.
 *
 * <p>The dashboard is one document with everything in it, and nothing that is secret: it asks for its numbers as any
 * client does, and for the token when they are refused without one. The security policy names its scripts and styles
 * by their hashes, so nothing else runs there, whatever a path may hold that is shown. It is put together anew each
 * time: few look, and they look long.
 */
final class DashboardPage implements Page {
    private static final String HTML = "text/html; charset=utf-8";
    private static final Pattern PART = Pattern.compile("<(style|script)>\\{\\{([A-Za-z.]+)}}");

    private List<Operation> operations = List.of(); // until it is told

    Operation operation() {
        return Operation.get("/", Operation.Audience.BROWSERS, this, () -> Description.of(
                        "The pages there are; for those who accept text/html, the live dashboard.")
                .answers(
                        200,
                        "The list, or the dashboard.",
                        Schema.object("All pages.")
                                .with(
                                        "pages",
                                        Schema.list(
                                                "In the order in which to read of them.",
                                                Schema.object("A page.")
                                                        .with("page", Schema.text("GET /config"))
                                                        .with("summary", Schema.text("What it is for.")))))
                .answers(200, "The list, or the dashboard.", HTML, Schema.text("The dashboard.")));
    }

    /** Itself among them. */
    void lists(List<Operation> all) {
        operations = List.copyOf(all);
    }

    @Override
    public void show(Ask ask, Consumer<Content> then) {
        boolean browser = ask.accept().toLowerCase(Locale.ROOT).contains("text/html");
        then.accept((browser ? dashboard() : list()).with("vary", "accept"));
    }

    private Content list() {
        return Content.json(
                200,
                Map.of(
                        "pages",
                        operations.stream()
                                .map(operation -> {
                                    Map<String, Object> tree = new LinkedHashMap<>();
                                    tree.put("page", operation.toString());
                                    tree.put(
                                            "summary",
                                            operation.description().get().summary());
                                    return tree;
                                })
                                .toList()));
    }

    private static Content dashboard() {
        Map<String, StringBuilder> sources = new LinkedHashMap<>();
        StringBuilder page = new StringBuilder();
        Matcher part = PART.matcher(resource("index.html"));
        while (part.find()) {
            String text = resource(part.group(2));
            sources.computeIfAbsent(part.group(1), _ -> new StringBuilder())
                    .append(" 'sha256-")
                    .append(hash(text))
                    .append('\'');
            part.appendReplacement(page, Matcher.quoteReplacement("<" + part.group(1) + ">" + text));
        }
        part.appendTail(page);
        String policy = "default-src 'none'; script-src" + sources.get("script") + "; style-src" + sources.get("style")
                + "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return new Content(
                200,
                HTML,
                page.toString().getBytes(StandardCharsets.UTF_8),
                Map.of("content-security-policy", policy, "referrer-policy", "no-referrer"));
    }

    private static String resource(String name) {
        try (InputStream in = DashboardPage.class.getResourceAsStream("dashboard/" + name)) {
            if (in == null) {
                throw new IllegalStateException("dashboard/" + name + " is missing in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
