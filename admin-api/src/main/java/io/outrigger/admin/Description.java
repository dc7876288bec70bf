package io.outrigger.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What people are told of an operation: the source of its part of the OpenAPI document. Immutable.
 *
 * @param parameters of the path and the query, by what they are called
 * @param takes what the body has to be; empty for operations that take none
 * @param answers by status; problems that every operation may answer with are not told again
 */
record Description(String summary, List<Parameter> parameters, Optional<Body> takes, Map<Integer, Answer> answers) {
    /**
     * Something that is filled in. Immutable.
     *
     * @param in {@code path} or {@code query}
     * @param example one that works where nothing has been configured, or is plain to understand
     */
    record Parameter(String name, String in, String doc, boolean required, boolean several, String example) {}

    /** What is sent: its media type, its shape, and one that is accepted. Immutable. */
    record Body(String mediaType, Schema schema, String example) {}

    /**
     * What comes back. Immutable.
     *
     * @param content what the body is, by media type
     */
    record Answer(String doc, Map<String, Schema> content) {}

    static Description of(String summary) {
        return new Description(summary, List.of(), Optional.empty(), Map.of());
    }

    Description path(String name, String doc, String example) {
        return with(new Parameter(name, "path", doc, true, false, example));
    }

    Description query(String name, String doc, String example) {
        return with(new Parameter(name, "query", doc, true, false, example));
    }

    Description queries(String name, String doc, String example) {
        return with(new Parameter(name, "query", doc, false, true, example));
    }

    Description takes(String mediaType, Schema schema, String example) {
        return new Description(summary, parameters, Optional.of(new Body(mediaType, schema, example)), answers);
    }

    Description answers(int status, String doc, Schema schema) {
        return answers(status, doc, "application/json", schema);
    }

    /** May be called again for another media type of the same status. */
    Description answers(int status, String doc, String mediaType, Schema schema) {
        Map<Integer, Answer> more = new TreeMap<>(answers);
        Map<String, Schema> content = new LinkedHashMap<>();
        if (answers.containsKey(status)) {
            content.putAll(answers.get(status).content);
        }
        content.put(mediaType, schema);
        more.put(status, new Answer(doc, content));
        return new Description(summary, parameters, takes, more);
    }

    /** A problem that is this operation's own. */
    Description refuses(int status, String doc) {
        return answers(status, doc, Problems.TYPE, Problems.SCHEMA);
    }

    private Description with(Parameter parameter) {
        List<Parameter> more = new ArrayList<>(parameters);
        more.add(parameter);
        return new Description(summary, List.copyOf(more), takes, answers);
    }
}
