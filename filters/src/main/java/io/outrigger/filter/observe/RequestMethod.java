package io.outrigger.filter.observe;

/** The label {@code method}: the methods of RFC 9110 §9 and PATCH; all others are OTHER, as they are without number. Immutable. */
public enum RequestMethod {
    GET,
    HEAD,
    POST,
    PUT,
    DELETE,
    CONNECT,
    OPTIONS,
    TRACE,
    PATCH,
    OTHER;

    static final int COUNT = OTHER.ordinal() + 1;

    /** Methods are case-sensitive: {@code get} is another one. */
    public static RequestMethod of(String method) {
        return switch (method) {
            case "GET" -> GET;
            case "HEAD" -> HEAD;
            case "POST" -> POST;
            case "PUT" -> PUT;
            case "DELETE" -> DELETE;
            case "CONNECT" -> CONNECT;
            case "OPTIONS" -> OPTIONS;
            case "TRACE" -> TRACE;
            case "PATCH" -> PATCH;
            default -> OTHER;
        };
    }
}
