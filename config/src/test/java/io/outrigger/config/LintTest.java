package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.lint.Lint;
import io.outrigger.config.yaml.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is allowed and cannot work, and the nearest thing to it that can. */
class LintTest {
    private static final long HEAP = 48L << 20;

    /** As if all of it existed already. */
    private static List<String> lint(String yaml) {
        OutriggerConfig config = Yaml.value(OutriggerConfig.BLOCK, yaml);
        return Lint.of(Yaml.FILE, yaml.getBytes(StandardCharsets.UTF_8), config, HEAP).stream()
                .map(Problem::toString)
                .toList();
    }

    private static List<String> lintOfRoute(String keys) {
        return lint(Yaml.SMALLEST + "routes:\n  - name: pay\n    upstream: app\n" + keys.indent(4));
    }

    private static List<String> lintOfMatches(String earlier, String later) {
        return lint(Yaml.SMALLEST + "routes:\n  - {name: first, upstream: app, match: " + earlier
                + "}\n  - {name: second, upstream: app, match: " + later + "}\n");
    }

    @Test
    void nothingIsWrongWithWhatTheDefaultsAre() throws IOException {
        assertThat(lint(Yaml.SMALLEST)).isEmpty();
        assertThat(lint(Yaml.resource("fine/plain.yaml"))).isEmpty();
        assertThat(lint(OutriggerConfig.BLOCK.example())).isEmpty();
    }

    // ---- paths

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prefix: /v1/*|prefix: /v1/*: the * stands for itself (expected: /v1, which takes all that is below it)",
                "prefix: /*|prefix: /*: the * stands for itself (expected: /, which takes all that is below it)",
                "prefix: /v1/**|prefix: /v1/**: the * stands for itself (expected: /v1, which takes all that is below it)",
                "prefix: /v1/a*|prefix: /v1/a*: the * stands for itself (expected: template or regex, where it is to"
                        + " stand for others)",
                "prefix: /*/a/*|prefix: /*/a/*: the * stands for itself (expected: template or regex, where it is to"
                        + " stand for others)",
                "exact: /v1/*|exact: /v1/*: the * stands for itself (expected: prefix, template or regex, where it is to"
                        + " stand for others)",
                "template: '/a/{id}/*'|template: /a/{id}/*: the * stands for itself (expected: {name} for one segment)",
            })
    void aStarInAPathStandsForItself(String path, String finding) {
        assertThat(lintOfRoute("match: {path: {" + path + "}}"))
                .singleElement()
                .asString()
                .endsWith("routes[0].match.path." + finding);
    }

    @ParameterizedTest
    @ValueSource(strings = {"regex: '/v1/.*'", "prefix: /v1", "template: '/a/{id}'", "exact: /v1"})
    void otherPathsAreFine(String path) {
        assertThat(lintOfRoute("match: {path: {" + path + "}}")).isEmpty();
    }

    // ---- upstreams

    private static List<String> lintOfUpstream(String keys) {
        return lint("""
                listeners: [{name: out, address: "127.0.0.1:1", upstream: app}]
                upstreams:
                  other: {endpoints: [other.internal:80]}
                  app:
                """ + keys.indent(4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "endpoints: [\"a.b:80\"]|healthCheck: {interval: 1s, timeout: 2s}|healthCheck.timeout: timeout 2s"
                        + " (expected: at most interval, 1s; the next check waits for the answer)",
                "endpoints: [\"1.2.3.4:80\"]|outlierDetection: {}|outlierDetection: one endpoint (expected: two or more;"
                        + " there is nobody to hold it against)",
                "endpoints: [\"a.b:80\"]|outlierDetection: {maxEjected: 60%}|outlierDetection.maxEjected: maxEjected 60%"
                        + " (expected: at most 50%, which panicThreshold 50% leaves; when more are ejected all are used)",
                "endpoints: [\"1.2.3.4:80\", \"1.2.3.5:80\"]|outlierDetection: {};panicThreshold: 51%|outlierDetection: 1 of 2"
                        + " endpoints may be ejected (expected: to leave panicThreshold, 51%; with fewer all are used)",
                "endpoints: [\"1.2.3.4:80\", \"[::1]:80\", \"unix:/a\"]|failover: [other]|failover: an endpoint is always usable"
                        + " (expected: healthCheck, by which none may be; else these upstreams are never tried)",
            })
    void whatAnUpstreamSaysOfItsHealthHasToFit(String endpoints, String keys, String finding) {
        assertThat(lintOfUpstream(endpoints + "\n" + keys.replace(";", "\n")))
                .singleElement()
                .asString()
                .endsWith("upstreams.app." + finding);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "endpoints: [\"a.b:80\"]|healthCheck: {interval: 1s, timeout: 1s}",
                "endpoints: [\"a.b:80\"]|outlierDetection: {maxEjected: 50%}",
                "endpoints: [\"a.b:80\"]|outlierDetection: {maxEjected: 100%};panicThreshold: off",
                "endpoints: [\"1.2.3.4:80\", \"1.2.3.5:80\"]|outlierDetection: {}",
                "endpoints: [\"1.2.3.4:80\", \"1.2.3.5:80\", \"1.2.3.6:80\"]|outlierDetection: {maxEjected: 60%}", // one of three
                "endpoints: [\"1.2.3.4:80\", \"1.2.3.5:80\"]|failover: [other];outlierDetection: {maxEjected: 60%}",
                "endpoints: [\"a.b:80\"]|failover: [other]",
                "endpoints: [\"1.2.3.4:80\"]|failover: [other];healthCheck: {}",
            })
    void whatFitsIsFine(String endpoints, String keys) {
        assertThat(lintOfUpstream(endpoints + "\n" + keys.replace(";", "\n"))).isEmpty();
    }

    // ---- policies

    @ParameterizedTest
    @CsvSource({
        "2, 450ms, none, false", // 900ms and a pause of 100ms
        "2, 451ms, none, true",
        "3, 233ms, full, false",
        "3, 234ms, full, true",
        "2, 400ms, decorrelated, true", // the first drawn pause may be three times the base already
        "2, 350ms, decorrelated, false",
    })
    void attemptsAndPausesHaveToFitIntoTheRequest(int attempts, String attempt, String jitter, boolean late) {
        String keys = "timeout: {request: 1s, attempt: " + attempt + "}\nretry: {attempts: " + attempts
                + ", backoff: {base: 100ms, max: 500ms, jitter: " + jitter + "}}\n";
        assertThat(lintOfRoute(keys)).hasSize(late ? 1 : 0);
    }

    @Test
    void pausesDoNotGrowBeyondTheirCap() {
        String keys =
                "timeout: {request: 1s, attempt: 110ms}\nretry: {attempts: 5, backoff: {base: 50ms, max: 125ms}}\n";
        assertThat(lintOfRoute(keys)).isEmpty(); // 550 + 50 + 100 + 125 + 125
        assertThat(lintOfRoute(keys.replace("125ms", "151ms")))
                .containsExactly("outrigger.yaml:12:13: routes[0].retry.attempts: 5 attempts of 110ms and the pauses"
                        + " between them may take 1s2ms (expected: at most timeout.request, 1s)");
    }

    @Test
    void attemptsThatOnlyFollowWhatWasNeverSentAreSoonOver() {
        assertThat(lintOfRoute("timeout: {request: 1s, attempt: 800ms}\n")).isEmpty();
        assertThat(lintOfRoute("timeout: {request: 1s, attempt: 800ms}\nretry: {on: [notSent, 503]}\n"))
                .singleElement()
                .asString()
                .contains("3 attempts of 800ms");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "idempotency: {maxResponse: 2MiB, memory: {maxBytes: 1MiB}}|idempotency.maxResponse: maxResponse 2MiB"
                        + " (expected: at most memory.maxBytes, 1MiB; there is never room for more)",
                "match: {methods: [GET, PUT]};idempotency: {}|idempotency.methods: keys of POST, PATCH"
                        + " (expected: one of GET, PUT, which match takes; no request has a key)",
                "match: {methods: [POST]};idempotency: {methods: [POST, PUT]}|idempotency.methods: PUT"
                        + " (expected: one of POST, which match takes)",
                "timeout: {request: 2s};idempotency: {waitFor: 3s}|idempotency.waitFor: waitFor 3s"
                        + " (expected: at most timeout.request, 2s; it is over by then)",
                "timeout: {attempt: 500ms};idempotency: {}|timeout.attempt: attempt 500ms (expected: none, or"
                        + " idempotency.upstreamHonoursKey: a request with a key is not sent again after it,"
                        + " and its key is unknown then)",
            })
    void keysHaveToFitTheirRoute(String keys, String finding) {
        assertThat(lintOfRoute(keys.replace(";", "\n")))
                .singleElement()
                .asString()
                .endsWith("routes[0]." + finding);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "idempotency: {maxResponse: 1MiB, memory: {maxBytes: 1MiB}}",
                "idempotency: {maxResponse: 2MiB, memory: {maxBytes: 1MiB}, store: shared}",
                "match: {methods: [POST]};idempotency: {}",
                "match: {methods: [PATCH, POST]};idempotency: {methods: [POST]}",
                "idempotency: {methods: [PUT]}",
                "timeout: {request: 2s};idempotency: {}", // for 10 s
                "timeout: {request: 2s};idempotency: {waitFor: 2s}",
                "timeout: {request: 2s};idempotency: {inFlight: reject, waitFor: 3s}",
            })
    void keysThatFitAreFine(String keys) {
        assertThat(lint("stores: {shared: {redis: {uri: \"redis://a\"}}}\n" + Yaml.SMALLEST
                        + "routes:\n  - name: pay\n    upstream: app\n"
                        + keys.replace(";", "\n").indent(4)))
                .isEmpty();
    }

    @Test
    void defaultsOfKeysAreForRoutesThatHaveNone() {
        assertThat(lint(Yaml.SMALLEST + """
                defaults: {idempotency: {methods: [POST]}}
                routes: [{name: read, upstream: app, match: {methods: [GET]}}]
                """)).isEmpty();
    }

    @Test
    void faultsAreNotForWhereSomethingIsPromised() {
        String keys = "fault: {percentage: 5%, fault: [{abort: 503}]}\n";
        assertThat(lintOfRoute(keys)).isEmpty();
        assertThat(lintOfRoute("slo: {}\n" + keys))
                .containsExactly(
                        "outrigger.yaml:12:5: routes[0].fault: abort 503 for 5% of the attempts of a route with"
                                + " a slo (expected: none in production; it is meant for test environments, and uses up the"
                                + " error budget)");
    }

    @Test
    void whatIsLateIsNotTooLate() {
        String keys = "timeout: {request: 1s, attempt: 500ms}\nfault: {percentage: 5%, fault: [{latency: 499ms}]}\n";
        assertThat(lintOfRoute(keys)).isEmpty();
        assertThat(lintOfRoute(keys.replace("499ms", "500ms")))
                .containsExactly("outrigger.yaml:12:29: routes[0].fault.fault: latency 500ms (expected: less than"
                        + " timeout.attempt, 500ms; it is over by then, as with blackhole)");
        assertThat(lintOfRoute("fault: {percentage: 5%, fault: [{latency: 30s, jitter: 1s}]}\n"))
                .containsExactly("outrigger.yaml:11:29: routes[0].fault.fault: latency 30s to 31s (expected: less than"
                        + " timeout.request, 30s; it is over by then, as with blackhole)");
    }

    @Test
    void aBlackholeNeedsATimeout() {
        String keys = "fault: {percentage: 5%, fault: [{blackhole: true}]}\n";
        assertThat(lintOfRoute(keys)).isEmpty();
        assertThat(lintOfRoute("timeout: off\n" + keys))
                .containsExactly("outrigger.yaml:12:29: routes[0].fault.fault: blackhole without timeout"
                        + " (expected: a timeout; nothing else ends it)");
    }

    @Test
    void anAttemptIsOverBeforeItsRequest() {
        assertThat(lintOfRoute("timeout: {request: 1s, attempt: 1s}\n")).isEmpty();
        assertThat(lintOfRoute("timeout: {request: 1s, attempt: 1001ms}\nretry: {on: [503]}\n"))
                .containsExactly("outrigger.yaml:11:28: routes[0].timeout.attempt: attempt 1s1ms"
                        + " (expected: at most timeout.request, 1s; it is over by then)");
    }

    @Test
    void whatComesFromDefaultsIsToldThereAndOnce() {
        String yaml = Yaml.SMALLEST + """
                defaults:
                  timeout: {request: 1s, attempt: 800ms}
                  retry: {attempts: 2, backoff: {base: 10ms}}
                routes:
                  - {name: a, upstream: app, match: {methods: [GET]}}
                  - {name: b, upstream: app, match: {methods: [PUT]}}
                """;
        assertThat(lint(yaml))
                .containsExactly("outrigger.yaml:10:11: defaults.retry.attempts: 2 attempts of 800ms and the pauses"
                        + " between them may take 1s610ms (expected: at most timeout.request, 1s)");
        assertThat(lint(yaml.replace("[GET]}", "[GET]}, timeout: {request: 1s, attempt: 900ms}")))
                .hasSize(2)
                .first()
                .asString()
                .contains("defaults.retry.attempts: 2 attempts of 800ms");
    }

    @Test
    void aRateNeedsAsManyCallsAsTheWindowHas() {
        assertThat(lintOfRoute("circuitBreaker: {window: {calls: 20}}\n")).isEmpty();
        assertThat(lintOfRoute("circuitBreaker: {window: {calls: 19}}\n"))
                .containsExactly("outrigger.yaml:11:5: routes[0].circuitBreaker.minimumCalls: minimumCalls 20"
                        + " (expected: at most window.calls, 19; with more no rate is ever judged)");
        assertThat(lintOfRoute("circuitBreaker: {window: {time: 1s}, minimumCalls: 1000}\n"))
                .isEmpty();
    }

    @Test
    void aCallIsSlowBeforeItsTimeIsUp() {
        String keys = "timeout: {attempt: 1s}\ncircuitBreaker: {slowCall: 999ms}\n";
        assertThat(lintOfRoute(keys)).isEmpty();
        assertThat(lintOfRoute(keys.replace("999ms", "1s")))
                .containsExactly("outrigger.yaml:12:22: routes[0].circuitBreaker.slowCall: slowCall 1s"
                        + " (expected: less than timeout.attempt, 1s; no call gets that slow)");
    }

    @Test
    void whatIsCappedIsAtMostItsCapAlsoWhereTheCapIsTheDefault() {
        assertThat(lintOfRoute("retry: {backoff: {base: 250ms}}\ncircuitBreaker: {openFor: 60s}\n"))
                .isEmpty();
        assertThat(lintOfRoute("retry: {backoff: {base: 1s}}\n"))
                .containsExactly("outrigger.yaml:11:23: routes[0].retry.backoff.base: base 1s"
                        + " (expected: at most max, 250ms; it is never longer than that)");
        assertThat(lintOfRoute("circuitBreaker: {openFor: 2m}\n"))
                .containsExactly("outrigger.yaml:11:22: routes[0].circuitBreaker.openFor: openFor 2m"
                        + " (expected: at most maxOpenFor, 1m; it is never longer than that)");
        String upstream = Yaml.SMALLEST.replace("endpoints:", "outlierDetection: {%s}\n    endpoints:");
        assertThat(lint(upstream.formatted("baseEjection: 5m"))).noneMatch(line -> line.contains("baseEjection"));
        assertThat(lint(upstream.formatted("baseEjection: 10s, maxEjection: 9s")))
                .anyMatch(line -> line.endsWith("upstreams.app.outlierDetection.baseEjection: baseEjection 10s"
                        + " (expected: at most maxEjection, 9s; it is never longer than that)"));
    }

    @Test
    void whatMayHappenTwiceIsNotSentAgainWithoutAKey() {
        assertThat(lintOfRoute("retry: {methods: [GET, POST]}\n"))
                .containsExactly("outrigger.yaml:11:13: routes[0].retry.methods: POST may happen twice when it is sent"
                        + " again (expected: idempotency for it, or only methods that are idempotent)");
        assertThat(lintOfRoute("retry: {methods: [GET, POST]}\nidempotency: {methods: [POST]}\n"))
                .isEmpty();
        assertThat(lintOfRoute("retry: {methods: [PATCH]}\nidempotency: {methods: [POST]}\n"))
                .hasSize(1);
        assertThat(lintOfRoute("match: {methods: [GET]}\nretry: {methods: [GET, POST]}\n"))
                .isEmpty();
        assertThat(lintOfRoute("retry: {on: [notSent], methods: [POST]}\n")).isEmpty();
    }

    @Test
    void aHedgeStartsWhileTheFirstAttemptIsStillWaitedFor() {
        assertThat(lintOfRoute("timeout: {attempt: 100ms}\nhedge: {after: 99ms}\n"))
                .isEmpty();
        assertThat(lintOfRoute("timeout: {attempt: 100ms}\nhedge: {after: p95}\n"))
                .isEmpty();
        assertThat(lintOfRoute("timeout: {attempt: 100ms}\nhedge: {after: 100ms}\n"))
                .containsExactly("outrigger.yaml:12:13: routes[0].hedge.after: hedge.after 100ms"
                        + " (expected: less than timeout.attempt, 100ms; it is over by then)");
        assertThat(lintOfRoute("timeout: {request: 60ms}\nhedge: {after: 100ms}\n"))
                .singleElement()
                .asString()
                .contains("less than timeout.request, 60ms");
    }

    @Test
    void anObjectiveCanBeMissedFastEnoughToPage() {
        assertThat(lintOfRoute("slo: {availability: 93.06%, latency: off}\n")).isEmpty();
        assertThat(lintOfRoute("slo: {availability: 93%, latency: {objective: 90%}}\n"))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("outrigger.yaml:11:11: routes[0].slo.availability: 93% (expected: at least 93.06%; ");
    }

    @Test
    void nobodyWaitsForAConnectionAsLongAsTheRequestMayTake() {
        String pool = Yaml.SMALLEST.replace("8080]", "8080]\n    pool: {maxWait: 2s}");
        String route = "routes:\n  - {name: pay, upstream: app, timeout: {request: %}}\n";
        assertThat(lint(pool + route.replace("%", "2001ms"))).isEmpty();
        assertThat(lint(pool + route.replace("%", "2s")))
                .containsExactly("outrigger.yaml:8:12: upstreams.app.pool.maxWait: maxWait 2s"
                        + " (expected: less than timeout.request, 2s) of route pay");
        assertThat(lint(Yaml.SMALLEST + route.replace("%", "50ms")))
                .containsExactly("outrigger.yaml:9:42: routes[0].timeout.request: maxWait 50ms"
                        + " (expected: less than timeout.request, 50ms)");
        assertThat(lint(pool + route.replace("%}", "2s}, bulkhead: {maxWait: 3s}")))
                .singleElement()
                .asString()
                .contains("routes[0].bulkhead.maxWait: maxWait 3s");
    }

    @Test
    void storesHaveToFitIntoTheHeap() {
        String stale = "fallback: {rungs: [{stale: {maxBytes: %}}]}\n";
        assertThat(lintOfRoute("idempotency: {memory: {maxBytes: 16MiB}}\n" + stale.replace("%", "16MiB")))
                .isEmpty();
        assertThat(lintOfRoute("idempotency: {memory: {maxBytes: 16MiB}}\n" + stale.replace("%", "17MiB")))
                .containsExactly("outrigger.yaml:11:28: routes[0].idempotency.memory.maxBytes: stores in memory of"
                        + " 33MiB up to this route (expected: at most 32MiB, which is the heap without the 16MiB that"
                        + " the proxy itself needs)");
        assertThat(lint(Yaml.SMALLEST + """
                stores: {shared: {redis: {uri: "redis://a:1"}}}
                defaults: {idempotency: {store: shared, memory: {maxBytes: 1GiB}}}
                """)).isEmpty();
    }

    // ---- shadows

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                            | {path: {prefix: /a}}",
                "{}                            | {}",
                "{path: {prefix: /a}}          | {path: {prefix: /a/b}, methods: [GET]}",
                "{path: {prefix: /a/}}         | {path: {exact: /a}}",
                "{path: {prefix: /a}}          | {path: {template: '/a/{id}'}}",
                "{path: {prefix: /}}           | {path: {regex: '/[a-z]+'}}",
                "{path: {template: '/a/{id}'}} | {path: {exact: /a/b}}",
                "{path: {template: '/{x}/b'}}  | {path: {template: '/{y}/b'}}",
                "{path: {regex: '/a.*'}}       | {path: {exact: /ab}}",
                "{path: {regex: '/a.*'}}       | {path: {regex: '/a.*'}}",
                "{methods: [GET, PUT]}         | {methods: [PUT]}",
                "{hosts: ['*.a.b']}            | {hosts: [x.a.b, '*.c.a.b']}",
                "{hosts: [a, b]}               | {hosts: [b, a]}",
                "{headers: {x: {present: true}}} | {headers: {x: '1'}}",
                "{headers: {x: {regex: '[0-9]'}}} | {headers: {x: '1', y: '2'}}",
                "{query: {x: '1'}}             | {query: {x: '1'}, methods: [GET]}",
            })
    void aRouteThatAnEarlierOneCoversTakesNothing(String earlier, String later) {
        assertThat(lintOfMatches(earlier, later))
                .singleElement()
                .asString()
                .endsWith("routes[1].match: takes nothing (expected: something that route first before it does not"
                        + " take)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{path: {prefix: /a}}          | {}",
                "{path: {prefix: /a}}          | {path: {prefix: /ab}}",
                "{path: {prefix: /a/b}}        | {path: {prefix: /a}}",
                "{path: {exact: /a}}           | {path: {prefix: /a}}",
                "{path: {prefix: /}}           | {path: {regex: '.*'}}",
                "{path: {template: '/a/{id}'}} | {path: {exact: /a/}}",
                "{path: {template: '/a/{id}'}} | {path: {prefix: /a}}",
                "{path: {regex: '/a.*'}}       | {path: {prefix: /a}}",
                "{path: {regex: '/a'}}         | {path: {exact: /ab}}",
                "{methods: [GET]}              | {}",
                "{methods: [GET]}              | {methods: [GET, PUT]}",
                "{hosts: ['*.a.b']}            | {hosts: [a.b]}",
                "{hosts: ['*.a.b']}            | {hosts: ['*.b']}",
                "{hosts: [a]}                  | {hosts: [a, b]}",
                "{headers: {x: '1'}}           | {headers: {x: {present: true}}}",
                "{headers: {x: '1'}}           | {headers: {y: '1'}}",
                "{headers: {x: {present: false}}} | {headers: {x: '1'}}",
                "{query: {x: '1'}}             | {query: {x: '2'}}",
            })
    void aRouteThatTakesSomethingOfItsOwnIsFine(String earlier, String later) {
        assertThat(lintOfMatches(earlier, later)).isEmpty();
    }

    @Test
    void prioritiesNeedALimit() {
        assertThat(lintOfRoute("priority: {}"))
                .singleElement()
                .asString()
                .contains("priority without concurrency (expected: both; nothing is shed without a limit)");
        assertThat(lintOfRoute("priority: {}\nconcurrency: {}")).isEmpty();
    }

    @Test
    void laddersHaveRungsThatAreReached() {
        assertThat(lintOfRoute("fallback: {rungs: [{respond: {}}, {stale: {}}]}"))
                .singleElement()
                .asString()
                .contains("rungs behind respond (expected: none; it answers always)");
        assertThat(lintOfRoute("fallback: {rungs: [{stale: {}}, {respond: {}}]}"))
                .isEmpty();
    }

    @Test
    void nothingIsKeptForOtherMethodsThanGet() {
        assertThat(lintOfRoute("match: {methods: [POST]}\nfallback: {rungs: [{stale: {}}]}"))
                .singleElement()
                .asString()
                .contains("stale answers without GET");
        assertThat(lintOfRoute("match: {methods: [POST, GET]}\nfallback: {rungs: [{stale: {}}]}"))
                .isEmpty();
    }
}
