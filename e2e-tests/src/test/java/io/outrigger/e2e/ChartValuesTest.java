package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong values of the chart are refused before anything reaches a cluster, so that one sees what to do. */
class ChartValuesTest {
    private static Chart chart;

    @BeforeAll
    static void layOut() throws Exception {
        chart = Chart.outrigger();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    image: {tagg: "1"}                                      | at '/image': additional properties 'tagg' not allowed
                    image: {tag: 1.0}                                       | at '/image/tag': got number, want string
                    image: {digest: abc}                                    | at '/image/digest': 'abc' does not match pattern
                    nativeSidecar: sometimes                                | at '/nativeSidecar': value must be one of 'auto', true, false
                    terminationGracePeriodSeconds: 30s                      | at '/terminationGracePeriodSeconds': got string, want integer
                    terminationGracePeriodSeconds: 1                        | at '/terminationGracePeriodSeconds': minimum: got 1, want 5
                    resources: {limit: {memory: 1Gi}}                       | at '/resources': additional properties 'limit' not allowed
                    probes: {liveness: {path: /x}}                          | at '/probes/liveness': additional properties 'path' not allowed
                    podMonitor: {enabled: "yes"}                            | at '/podMonitor/enabled': got string, want boolean
                    podMonitor: {interval: 15}                              | at '/podMonitor/interval': got number, want string
                    podSelector: {app: 7}                                   | at '/podSelector/app': got number, want string
                    networkPolicy: {appPorts: [http]}                       | at '/networkPolicy/appPorts/0': got string, want integer
                    config: {upstream: {}}                                  | at '/config': additional properties 'upstream' not allowed
                    config: {drain: {timeout: 25}}                          | at '/config/drain/timeout'
                    config: {admin: {adress: "127.0.0.1:1"}}                | additional properties 'adress' not allowed
                    config: {listeners: [{name: a}]}                        | at '/config/listeners/0': missing property 'address'
                    config: {upstreams: {a: {endpoint: ["x:1"]}}}           | at '/config/upstreams/a': additional properties 'endpoint' not allowed
                    config: {routes: [{name: a, upstream: b, retri: {}}]}   | at '/config/routes/0': additional properties 'retri' not allowed
                    config: {routes: [{name: a, retry: {attempts: 0}}]}     | at '/config/routes/0/retry/attempts': minimum: got 0, want 1
                    config: {routes: [{name: a, timeout: {request: 5}}]}    | at '/config/routes/0/timeout/request': got number, want string
                    """)
    void wrongValuesAreRefusedAtTheirPlace(String values, String message) {
        assertThatThrownBy(() -> chart.render("1.33.0", values)).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    config: {}                                              | config.upstreams: empty (expected: one at least
                    config: {telemetry: null}                               | config.telemetry.address: "" (expected: host and port
                    config: {telemetry: {address: "127.0.0.1:15102"}}       | config.telemetry.address: 127.0.0.1:15102 (expected: an address that the kubelet reaches
                    config: {listeners: [{name: a, address: "127.0.0.1:0"}]} | config.listeners[0].address: 127.0.0.1:0 (expected: host and port, or unix:/path, because the app has to know it)
                    config: {drain: {timeout: 29s}}                         | config.drain.timeout: 29s (expected: at least 2s less than terminationGracePeriodSeconds, which is 30)
                    config: {drain: {timeout: 1m500ms}}                     | config.drain.timeout: 1m500ms (expected: at least 2s less
                    networkPolicy: {enabled: true, appPorts: []}            | podSelector: empty (expected: labels that only pods with the sidecar have
                    networkPolicy: {enabled: true}                          | networkPolicy.appPorts: absent (expected: the ports of your app
                    """)
    void whatNoSchemaCanSayIsRefusedInTheWordsOfTheProgram(String values, String message) {
        String upstream = values.equals("config: {}")
                ? values
                : values.startsWith("config: {")
                        ? values.replaceFirst("\\{", "{upstreams: {a: {endpoints: ['x:1']}}, ")
                        : values + "\nconfig: {upstreams: {a: {endpoints: ['x:1']}}}";
        assertThatThrownBy(() -> chart.render("1.33.0", upstream)).hasMessageContaining(message);
    }
}
