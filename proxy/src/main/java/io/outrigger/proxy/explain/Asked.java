package io.outrigger.proxy.explain;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A request that somebody asks about. Immutable.
 *
 * @param url of which a client makes the target and Host; a path alone will do
 * @param headers each as {@code name: value}
 */
public record Asked(String method, String url, List<String> headers) {
    public Asked {
        headers = List.copyOf(headers);
    }

    /** Host and port of the URL; empty when it is a path alone. */
    String authority() {
        int scheme = url.indexOf("://");
        if (scheme < 0 || url.startsWith("/")) {
            return "";
        }
        String rest = url.substring(scheme + 3);
        return rest.substring(0, end(rest, "/?#"));
    }

    /** Path and query: clients keep the fragment to themselves. */
    String target() {
        String rest = authority().isEmpty()
                ? url
                : url.substring(url.indexOf("://") + 3 + authority().length());
        String target = rest.substring(0, end(rest, "#"));
        return target.startsWith("/") || target.equals("*") ? target : "/" + target;
    }

    private static int end(String text, String marks) {
        int end = 0;
        while (end < text.length() && marks.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /** As a client would send it to that address. */
    byte[] head(String address) {
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(target()).append(" HTTP/1.1\r\n");
        if (headers.stream().noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("host:"))) {
            head.append("Host: ")
                    .append(authority().isEmpty() ? address : authority())
                    .append("\r\n");
        }
        headers.forEach(line -> head.append(line).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }
}
