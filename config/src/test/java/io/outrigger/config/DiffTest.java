package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.diff.Change;
import io.outrigger.config.diff.Diff;
import io.outrigger.config.key.Environment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiffTest {
    private static final String ROUTES = Yaml.SMALLEST + """
            routes:
              - {name: a, upstream: app, match: {methods: [GET]}}
              - {name: b, upstream: app, match: {methods: [PUT]}}
              - {name: c, upstream: app, match: {methods: [POST]}, retry: off}
            """;

    private static Diff diff(String before, String after) {
        return Diff.of(tree(before), tree(after));
    }

    private static Map<String, Object> tree(String yaml) {
        return Yaml.accepted(yaml, Environment.EMPTY).effective().tree();
    }

    private static List<String> lines(String before, String after) {
        return diff(before, after).lines();
    }

    @Test
    void whatReadsTheSameIsNoChange() {
        Diff diff = diff(ROUTES, ROUTES.replace("retry: off", "retry: false") + "version: 1\n# a comment\n");
        assertThat(diff.isEmpty()).isTrue();
        assertThat(diff.lines()).containsExactly("unchanged, with all state: 1 listener, 3 routes, 1 upstream");
    }

    @Test
    void aRouteThatComesAndOneThatGoes() {
        assertThat(lines(ROUTES, ROUTES.replace("name: a", "name: d")))
                .containsExactly(
                        "route a is removed",
                        "  ends: retry budget",
                        "route d is added",
                        "  starts fresh: retry budget",
                        "unchanged, with all state: 1 listener, 2 routes, 1 upstream");
    }

    @Test
    void aRouteThatChangesKeepsItsState() {
        assertThat(lines(
                        ROUTES,
                        ROUTES.replace("[GET]}}", "[GET]}, timeout: {request: 2s}, retry: {budget: {ratio: 10%}}}")))
                .startsWith("route a changes", "  timeout.request: 30s -> 2s")
                .contains("  retry.budget.ratio: 20% -> 10%", "  keeps: retry budget");
    }

    @Test
    void stateThatIsNoLongerAskedForEndsAndStateThatIsBegins() {
        assertThat(lines(ROUTES, ROUTES.replace("[GET]}}", "[GET]}, retry: {budget: off}}")))
                .contains("  ends: retry budget");
        assertThat(lines(ROUTES, ROUTES.replace(", retry: off", ""))).contains("  starts fresh: retry budget");
    }

    @Test
    void asFewRoutesAsPossibleAreSaidToMove() {
        String moved = Yaml.SMALLEST + """
                routes:
                  - {name: c, upstream: app, match: {methods: [POST]}, retry: off}
                  - {name: a, upstream: app, match: {methods: [GET]}}
                  - {name: b, upstream: app, match: {methods: [PUT]}}
                """;
        assertThat(lines(ROUTES, moved))
                .containsExactly(
                        "route c is asked in another order",
                        "unchanged, with all state: 1 listener, 2 routes, 1 upstream");
        assertThat(diff(ROUTES, moved).changes())
                .singleElement()
                .extracting(Change::action)
                .isEqualTo(Change.Action.MOVED);
    }

    @Test
    void aPoolBeginsAnewWhenItIsAnotherOne() {
        assertThat(lines(Yaml.SMALLEST, Yaml.SMALLEST.replace("8080]", "8080]\n    pool: {maxPending: 3}")))
                .containsExactly(
                        "upstream app changes",
                        "  pool.maxPending: 64 -> 3",
                        "  keeps: endpoints, looking up of names, balancing",
                        "  starts fresh: pool",
                        "unchanged, with all state: 1 listener");
    }

    @Test
    void aListenerThatMovesAndOneThatIsRenamed() {
        assertThat(lines(Yaml.SMALLEST, Yaml.SMALLEST.replace("15100", "15200")))
                .contains("  address: 127.0.0.1:15100 -> 127.0.0.1:15200", "  starts fresh: socket");
        assertThat(lines(Yaml.SMALLEST, Yaml.SMALLEST.replace("name: out", "name: in")))
                .contains("listener out is removed", "listener in is added");
    }

    @Test
    void defaultsAreToldWithTheRoutesThatHaveThem() {
        assertThat(lines(ROUTES, ROUTES + "defaults: {timeout: {request: 9s}}\n"))
                .contains("route a changes", "route b changes", "route c changes", "key defaults changes")
                .contains("  timeout.request: 30s -> 9s");
    }

    @Test
    void aKeyAtTheTopThatComesAndGoes() {
        String admin = Yaml.SMALLEST + "admin: {address: '127.0.0.1:1'}\n";
        assertThat(lines(Yaml.SMALLEST, admin))
                .startsWith("key admin changes", "  nothing -> {address: 127.0.0.1:1, hosts: []}");
        assertThat(lines(admin, Yaml.SMALLEST)).contains("  {address: 127.0.0.1:1, hosts: []} -> nothing");
    }

    @Test
    void itsTreeSaysTheSame() {
        assertThat(diff(Yaml.SMALLEST, Yaml.SMALLEST.replace("8080]", "8080]\n    connectTimeout: 2s"))
                        .tree())
                .containsExactly(Map.of(
                        "change", "changed",
                        "what", "upstream",
                        "name", "app",
                        "edits", List.of(Map.of("key", "connectTimeout", "before", "1s", "after", "2s")),
                        "keeps", List.of("endpoints", "looking up of names", "balancing"),
                        "fresh", List.of("pool"),
                        "ends", List.of()));
    }

    @Test
    void secretsAreNotShown() {
        String tokens = ROUTES.replace("[GET]}", "[GET], headers: {authorization: one}}");
        assertThat(diff(tokens, tokens.replace("one", "two")).isEmpty()).isTrue();
    }

    @Test
    void ofThousandsOfValuesTheFirstAreTold() {
        StringBuilder headers = new StringBuilder();
        for (int h = 0; h < 3000; h++) {
            headers.append(h == 0 ? "" : ", ").append("x").append(h).append(": one");
        }
        String before = ROUTES.replace("[GET]}", "[GET], headers: {" + headers + "}}");
        List<String> lines =
                lines(before, before.replace(": one", ": two").replace("8080]", "8080]\n    connectTimeout: 9s"));
        assertThat(lines)
                .contains(
                        "route a changes", "  match.headers.x1999: one -> two", "  … and more", "upstream app changes");
        assertThat(lines).hasSizeBetween(2001, 2012);
    }

    private static Change changeOfCircuit(String before, String after) {
        Map<String, ?> old = Map.of("name", "pay", "upstream", "a", "circuitBreaker", Map.of("scope", before));
        Map<String, ?> now = Map.of("name", "pay", "upstream", "b", "circuitBreaker", Map.of("scope", after));
        return Diff.of(Map.of("routes", List.of(old)), Map.of("routes", List.of(now)))
                .changes()
                .getFirst();
    }

    @Test
    void aCircuitStaysWithWhatItIsOf() {
        assertThat(changeOfCircuit("route", "route").keeps()).containsExactly("circuit");
        assertThat(changeOfCircuit("upstream", "upstream").fresh()).containsExactly("circuit of its upstream");
        assertThat(changeOfCircuit("endpoint", "route").fresh()).containsExactly("circuit");
        assertThat(changeOfCircuit("endpoint", "route").ends()).containsExactly("circuits of the endpoints");
    }
}
