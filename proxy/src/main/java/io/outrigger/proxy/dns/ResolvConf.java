package io.outrigger.proxy.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which servers to ask for which names, as resolver(5) has it. Immutable.
 *
 * @param servers in the order in which they are asked
 * @param search what is put behind a name that has few dots
 * @param ndots a name with so many dots is tried as it is first
 * @param timeout for one server's answer
 * @param attempts how often all servers are asked
 */
record ResolvConf(List<InetSocketAddress> servers, List<String> search, int ndots, Duration timeout, int attempts) {
    private static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 53);

    ResolvConf {
        servers = servers.isEmpty() ? List.of(LOCAL) : List.copyOf(servers);
        search = List.copyOf(search);
    }

    /** A file that is not there is like an empty one. */
    static ResolvConf read(Path file) {
        try {
            return parse(Files.readAllLines(file));
        } catch (IOException e) {
            return parse(List.of());
        }
    }

    /** Lines that say nothing are passed over, as everywhere. {@code port}, of macOS, is for the servers below it. */
    static ResolvConf parse(List<String> lines) {
        List<InetSocketAddress> servers = new ArrayList<>();
        List<String> search = List.of();
        int ndots = 1;
        int timeoutSeconds = 2;
        int attempts = 2;
        int port = 53;
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            List<String> rest = List.of(words).subList(1, words.length);
            switch (words[0]) {
                case "port" -> port = number(rest, "", port, 1, 65535);
                case "nameserver" -> addServer(servers, rest, port);
                case "search", "domain" -> search = domains(rest);
                case "options" -> {
                    ndots = number(rest, "ndots:", ndots, 0, 15);
                    timeoutSeconds = number(rest, "timeout:", timeoutSeconds, 1, 30);
                    attempts = number(rest, "attempts:", attempts, 1, 5);
                }
                default -> {}
            }
        }
        return new ResolvConf(servers, search, ndots, Duration.ofSeconds(timeoutSeconds), attempts);
    }

    /** The names to ask for, in this order; all end in a dot. */
    List<String> candidates(String name) {
        if (name.endsWith(".")) {
            return List.of(name);
        }
        List<String> all = new ArrayList<>();
        search.forEach(domain -> all.add(name + '.' + domain));
        long dots = name.chars().filter(c -> c == '.').count();
        all.add(dots >= ndots ? 0 : all.size(), name + '.');
        return all;
    }

    private static void addServer(List<InetSocketAddress> servers, List<String> words, int port) {
        try {
            servers.add(new InetSocketAddress(InetAddress.ofLiteral(words.isEmpty() ? "" : words.getFirst()), port));
        } catch (IllegalArgumentException e) {
            // no address
        }
    }

    private static List<String> domains(List<String> words) {
        return words.stream()
                .map(word -> word.toLowerCase(Locale.ROOT))
                .filter(word -> !word.equals("."))
                .map(word -> word.endsWith(".") ? word : word + '.')
                .toList();
    }

    /** The number behind the prefix in one of the words, within bounds; {@code or} when none has it. */
    private static int number(List<String> words, String prefix, int or, int least, int most) {
        for (String word : words) {
            String digits = word.startsWith(prefix) ? word.substring(prefix.length()) : "";
            if (!digits.isEmpty() && digits.length() < 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Math.clamp(Integer.parseInt(digits), least, most);
            }
        }
        return or;
    }
}
