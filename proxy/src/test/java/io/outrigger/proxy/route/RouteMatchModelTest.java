package io.outrigger.proxy.route;

import static io.outrigger.proxy.route.Routes.host;
import static io.outrigger.proxy.route.Routes.path;
import static io.outrigger.proxy.route.Routes.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.HostMatch;
import io.outrigger.config.MatchConfig;
import io.outrigger.config.PathMatch;
import io.outrigger.config.ValueMatch;
import io.outrigger.exchange.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random tables and requests, matched byte by byte and by a model of plain strings. */
class RouteMatchModelTest {
    private static final String[] SEGMENTS = {"a", "b", "ab", "", "..", ".", "%2e%2e", "c%20d"};
    private static final String[] HOSTS = {"a", "b.a", "c.b.a", "A", "*.a", "*.b.a", "::1"};
    private static final String[] VALUES = {"=", "=1", "=a b", "present", "absent", "~[0-9]+", "~.*"};
    private static final String[] SENT = {"", "1", "12", "a+b", "a%20b", "%31", "x=1"};

    private int taken;
    private int refused;

    @ParameterizedTest
    @ValueSource(longs = {61, 62, 63, 64})
    void everyRequestGoesWhereTheModelSays(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            List<MatchConfig> matches = new ArrayList<>();
            for (int k = 1 + random.nextInt(5); k > 0; k--) {
                matches.add(match(random));
            }
            List<CompiledRoute> routes = matches.stream()
                    .map(match -> Routes.compiled("r" + matches.indexOf(match), match))
                    .toList();
            RouteTable table = new RouteTable(routes, null);
            for (int k = 0; k < 50; k++) {
                Sent sent = sent(random);
                CompiledRoute route = table.match(sent.request());
                int wanted = firstTaking(matches, sent);
                assertThat(route == null ? -1 : matches.indexOf(route.config().match()))
                        .as("%s by %s", sent, matches)
                        .isEqualTo(wanted);
                RouteTable.Look look = table.look(sent.request());
                assertThat(look.taker())
                        .as("%s by %s, with reasons", sent, matches)
                        .isSameAs(route);
                assertThat(look.passed().keySet()).isEqualTo(names(wanted < 0 ? routes : routes.subList(0, wanted)));
                taken += wanted < 0 ? 0 : 1;
                refused += wanted < 0 ? 1 : 0;
            }
        }
        assertThat(Math.min(taken, refused)).as("of each kind").isGreaterThan(2_000);
    }

    /** Equal matches have one name here. */
    private static Set<String> names(List<CompiledRoute> routes) {
        return routes.stream().map(CompiledRoute::name).collect(Collectors.toSet());
    }

    // ---- what is drawn

    private record Sent(String method, String target, String host, String tenant) {
        Request request() {
            List<String> fields = new ArrayList<>();
            if (host != null) {
                fields.addAll(List.of("Host", host));
            }
            if (tenant != null) {
                fields.addAll(List.of("X-Tenant", tenant));
            }
            return Routes.request(method, target, fields.toArray(String[]::new));
        }

        String path() {
            String resolved = DotSegmentsTest.resolved(target);
            return resolved.contains("?") ? resolved.substring(0, resolved.indexOf('?')) : resolved;
        }
    }

    private static MatchConfig match(Random random) {
        return new MatchConfig(
                random.nextInt(3) > 0
                        ? List.of()
                        : List.of(host(any(random, HOSTS).toLowerCase(Locale.ROOT))),
                random.nextInt(4) == 0 ? Optional.empty() : Optional.of(pathMatch(random)),
                random.nextInt(3) > 0 ? Set.of() : Set.of("GET"),
                random.nextInt(4) > 0 ? Map.of() : Map.of("x-tenant", value(any(random, VALUES))),
                random.nextInt(4) > 0 ? Map.of() : Map.of("q", value(any(random, VALUES))));
    }

    private static PathMatch pathMatch(Random random) {
        String plain = DotSegmentsTest.resolved(segments(random));
        return switch (random.nextInt(4)) {
            case 0 -> path("exact", plain);
            case 1 -> path("prefix", plain);
            case 2 -> path("template", plain.replaceAll("b+", "{v}").replaceAll("[a-z]+\\{v}", "{v}"));
            default -> path("regex", plain.replace("b", ".*"));
        };
    }

    private static Sent sent(Random random) {
        StringBuilder target = new StringBuilder(segments(random));
        for (int i = random.nextInt(3); i > 0; i--) {
            target.append(target.indexOf("?") < 0 ? '?' : '&').append(random.nextBoolean() ? "q" : "%71");
            target.append(random.nextInt(4) == 0 ? "" : "=" + any(random, SENT));
        }
        String name = any(random, HOSTS).replace("*", "x");
        String authority = (name.contains(":") ? "[" + name + "]" : name) + (random.nextBoolean() ? "" : ":80");
        return new Sent(
                random.nextBoolean() ? "GET" : "POST",
                target.toString(),
                random.nextInt(5) == 0 ? null : authority,
                random.nextBoolean() ? null : any(random, SENT));
    }

    private static String segments(Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            path.append('/').append(any(random, SEGMENTS));
        }
        return path.toString();
    }

    private static String any(Random random, String[] words) {
        return words[random.nextInt(words.length)];
    }

    // ---- the model

    private static int firstTaking(List<MatchConfig> matches, Sent sent) {
        for (MatchConfig match : matches) {
            if (takes(match, sent)) {
                return matches.indexOf(match); // of two that are equal the first
            }
        }
        return -1;
    }

    private static boolean takes(MatchConfig match, Sent sent) {
        List<String> tenants = sent.tenant == null ? List.of() : List.of(sent.tenant);
        return (match.methods().isEmpty() || match.methods().contains(sent.method))
                && (match.hosts().isEmpty() || match.hosts().stream().anyMatch(host -> takesHost(host, sent.host)))
                && match.path().map(path -> takesPath(path, sent.path())).orElse(true)
                && match.headers().values().stream().allMatch(value -> takesValue(value, tenants))
                && match.query().values().stream().allMatch(value -> takesValue(value, parameters(sent.target)));
    }

    private static boolean takesHost(HostMatch match, String sent) {
        if (sent == null) {
            return false;
        }
        String name =
                sent.replaceFirst(":80$", "").replace("[", "").replace("]", "").toLowerCase(Locale.ROOT);
        return switch (match) {
            case HostMatch.Exact exact -> name.equals(exact.host());
            case HostMatch.Wildcard wildcard -> name.endsWith(wildcard.suffix()) && !name.equals(wildcard.suffix());
        };
    }

    private static boolean takesPath(PathMatch match, String path) {
        return switch (match) {
            case PathMatch.Exact exact -> path.equals(exact.path());
            case PathMatch.Prefix prefix ->
                (path + "/").startsWith(prefix.prefix().endsWith("/") ? prefix.prefix() : prefix.prefix() + "/");
            case PathMatch.Template template -> {
                String[] literals = template.toString().split("\\{v}", -1);
                String regex = String.join(
                        "[^/]+", Arrays.stream(literals).map(Pattern::quote).toList());
                yield path.matches(regex);
            }
            case PathMatch.Regex regex -> path.matches(regex.pattern().pattern());
        };
    }

    private static boolean takesValue(ValueMatch match, List<String> values) {
        return switch (match) {
            case ValueMatch.Exact exact -> values.contains(exact.value());
            case ValueMatch.Present present -> !values.isEmpty() == present.wanted();
            case ValueMatch.Regex regex ->
                values.stream().anyMatch(value -> value.matches(regex.pattern().pattern()));
        };
    }

    private static List<String> parameters(String target) {
        int mark = target.indexOf('?');
        List<String> values = new ArrayList<>();
        for (String parameter :
                mark < 0 ? new String[0] : target.substring(mark + 1).split("&")) {
            String[] parts = parameter.split("=", 2);
            if (decoded(parts[0]).equals("q")) {
                values.add(parts.length == 1 ? "" : decoded(parts[1]));
            }
        }
        return values;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
