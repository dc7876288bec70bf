package io.outrigger.admin;

import io.netty.handler.codec.http.HttpMethod;
import io.outrigger.admin.Description.Answer;
import io.outrigger.admin.Description.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Describes all operations of the admin port, as an OpenAPI 3.1 document. Confined to one loop: that of the admin server. */
final class OpenApiPage implements Page {
    private final String version;
    private List<Operation> operations = List.of(); // until it is told
    private @Nullable Content content; // null until somebody asks

    OpenApiPage(String version) {
        this.version = version;
    }

    /** Itself among them. */
    void describes(List<Operation> all) {
        operations = List.copyOf(all);
    }

    @Override
    public void show(Ask ask, Consumer<Content> then) {
        Content known = content;
        if (known == null) {
            known = content = Content.json(200, document());
        }
        then.accept(known);
    }

    Operation operation() {
        return Operation.get("/openapi.json", Operation.Audience.OPERATORS, this, () -> Description.of("This document.")
                .answers(200, "All operations.", Schema.config("An OpenAPI 3.1 document.")));
    }

    private Map<String, Object> document() {
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        for (Operation operation : operations) {
            Map<String, Object> path = paths.computeIfAbsent(operation.path(), _ -> new LinkedHashMap<>());
            path.put(operation.method().name().toLowerCase(Locale.ROOT), described(operation, true));
            if (operation.method().equals(HttpMethod.GET)) {
                path.put("head", described(operation, false));
            }
        }
        return tree(
                "openapi",
                "3.1.0",
                "info",
                tree(
                        "title",
                        "Outrigger admin API",
                        "version",
                        version,
                        "description",
                        "Shows and steers a running proxy. HEAD is there wherever GET is. Operations without security"
                                + " are there without a token, too, where the configuration has one (admin.tokenFile).",
                        "license",
                        Map.of("name", "Apache-2.0")),
                "security",
                List.of(Map.of("token", List.of()), Map.of()),
                "paths",
                paths,
                "components",
                tree(
                        "securitySchemes",
                        Map.of("token", tree("type", "http", "scheme", "bearer")),
                        "schemas",
                        Map.of("Problem", Problems.SCHEMA.tree()),
                        "responses",
                        Map.of("Problem", answer(new Answer("Why not.", Map.of(Problems.TYPE, Problems.SCHEMA))))));
    }

    /** For HEAD without what the body is. */
    private static Map<String, Object> described(Operation operation, boolean withBody) {
        Description description = operation.description().get();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("summary", withBody ? description.summary() : "The head alone: " + description.summary());
        if (!description.parameters().isEmpty()) {
            tree.put(
                    "parameters",
                    description.parameters().stream()
                            .map(OpenApiPage::parameter)
                            .toList());
        }
        description
                .takes()
                .ifPresent(body -> tree.put(
                        "requestBody",
                        tree(
                                "required",
                                true,
                                "content",
                                Map.of(
                                        body.mediaType(),
                                        tree("schema", body.schema().tree(), "example", body.example())))));
        Map<String, Object> responses = new LinkedHashMap<>();
        description
                .answers()
                .forEach((status, answer) -> responses.put(
                        status.toString(), withBody ? answer(answer) : tree("description", answer.doc())));
        responses.put(
                "default",
                withBody ? Map.of("$ref", "#/components/responses/Problem") : tree("description", "Why not."));
        tree.put("responses", responses);
        if (!operation.audience().needsToken()) {
            tree.put("security", List.of());
        }
        return tree;
    }

    private static Map<String, Object> parameter(Parameter parameter) {
        Map<String, Object> text = Map.of("type", "string");
        return tree(
                "name",
                parameter.name(),
                "in",
                parameter.in(),
                "description",
                parameter.doc(),
                "required",
                parameter.required(),
                "schema",
                parameter.several() ? tree("type", "array", "items", text) : text,
                "example",
                parameter.several() ? List.of(parameter.example()) : parameter.example());
    }

    private static Map<String, Object> answer(Answer answer) {
        return tree("description", answer.doc(), "content", content(answer.content()));
    }

    private static Map<String, Object> content(Map<String, Schema> byType) {
        Map<String, Object> tree = new LinkedHashMap<>();
        byType.forEach((type, schema) -> tree.put(
                type,
                tree(
                        "schema",
                        schema == Problems.SCHEMA ? Map.of("$ref", "#/components/schemas/Problem") : schema.tree())));
        return tree;
    }

    /** A name and a value, and so on. */
    private static Map<String, Object> tree(Object... namesAndValues) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            tree.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return tree;
    }
}
