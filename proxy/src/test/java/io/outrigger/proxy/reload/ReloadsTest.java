package io.outrigger.proxy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.admin.ReloadView;
import io.outrigger.admin.ReloadView.Result;
import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.metrics.ConfigMeters;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import io.outrigger.metrics.SharedCounter;
import io.outrigger.proxy.fixtures.Logged;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReloadsTest implements Source {
    private static final String FIRST = """
            listeners: [{name: out, address: "127.0.0.1:0", upstream: a}]
            upstreams: {a: {endpoints: ["10.0.0.1:80"]}, b: {endpoints: ["10.0.0.2:80"]}}
            routes: [{name: r, match: {path: {regex: "/x+"}}, upstream: a}, {name: s, match: {hosts: [s]}, upstream: b}]
            """;
    private static final String SECOND = FIRST.replace("10.0.0.2:80", "10.0.0.3:80");
    private static final String BROKEN = FIRST + "rutes: []\n";

    private final Metrics metrics = new Metrics(1);
    private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
    private final List<String> installed = new ArrayList<>();
    private final Reloads reloads =
            new Reloads((ReadResult.Ok) read(bytes(FIRST)).result(), new ConfigMeters(metrics), clock);
    private boolean filesHaveChanged;
    private RuntimeException bug; // of who reads; null where there is none

    @RegisterExtension
    final Logged logged = new Logged(Reloads.class);

    private IOException refusal; // null while everything can be put in force

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String title() {
        return "f.yaml";
    }

    @Override
    public byte[] content() {
        return new byte[0];
    }

    @Override
    public Checked read(byte[] content) {
        if (bug != null) {
            throw bug;
        }
        return new Checked(ConfigReader.read(title(), content, _ -> null), () -> filesHaveChanged);
    }

    private ReloadView decide(Content content) {
        return reloads.decide(content, this, read -> {
            if (refusal != null) {
                throw refusal;
            }
            installed.add(read.hash());
        });
    }

    private ReloadView decide(String text) {
        return decide(new Content.Bytes(bytes(text)));
    }

    private double metric(String name, String... labels) {
        for (Family<?> family : metrics.families()) {
            if (family.name().equals("outrigger_config_" + name)) {
                var series = family.series().get(List.of(labels));
                return series instanceof Reading reading ? reading.value() : ((SharedCounter) series).total();
            }
        }
        throw new AssertionError(name);
    }

    @Test
    void aBugInReadingIsAProblemOfTheFile() {
        bug = new IllegalStateException("thrown by the test");
        ReloadView view = decide(SECOND);
        assertThat(view.result()).isEqualTo(Result.REFUSED);
        assertThat(view.problems())
                .containsExactly("f.yaml: cannot be read by a bug of ours: java.lang.IllegalStateException");
        assertThat(metric("last_reload_successful")).isZero();
        bug = null;
        assertThat(decide(SECOND).result()).isEqualTo(Result.IN_FORCE);
    }

    @Test
    void whatIsGoodAndNewIsPutInForce() {
        ReloadView view = decide(SECOND);
        assertThat(view.result()).isEqualTo(Result.IN_FORCE);
        assertThat(view.changes()).isEqualTo("upstreams: ~b");
        assertThat(installed).containsExactly(view.hash());
        assertThat(metric("reloads_total", "success")).isEqualTo(1);
        assertThat(metric("info", view.hash())).isEqualTo(1);
        assertThat(reloads.history()).extracting(ReloadView::changes).containsExactly("upstreams: ~b", "started");
    }

    @Test
    void theFileThatIsInForceChangesNothing() {
        assertThat(decide(FIRST).result()).isEqualTo(Result.UNCHANGED);
        assertThat(installed).isEmpty();
        assertThat(reloads.history()).hasSize(1);
        assertThat(metric("reloads_total", "success")).isZero();
    }

    @Test
    void aBrokenFileChangesNothingAndIsShown() {
        ReloadView view = decide(BROKEN);
        assertThat(view.result()).isEqualTo(Result.REFUSED);
        assertThat(view.problems())
                .containsExactly("f.yaml:4:1: rutes: unknown key (did you mean routes?)")
                .isEqualTo(reloads.problems());
        assertThat(installed).isEmpty();
        assertThat(metric("last_reload_successful")).isZero();
        assertThat(metric("reloads_total", "failure")).isEqualTo(1);
    }

    @Test
    void aVanishedAndAnEmptyFileAreBrokenOnes() {
        assertThat(decide(new Content.None("f.yaml: cannot be read (no such file or directory)"))
                        .result())
                .isEqualTo(Result.REFUSED);
        assertThat(reloads.problems()).containsExactly("f.yaml: cannot be read (no such file or directory)");
        assertThat(decide("").result()).isEqualTo(Result.REFUSED);
        assertThat(installed).isEmpty();
    }

    @Test
    void theGoodFileAgainEndsTheComplaint() {
        decide(BROKEN);
        assertThat(decide(FIRST).result()).isEqualTo(Result.UNCHANGED);
        assertThat(reloads.problems()).isEmpty();
        assertThat(metric("last_reload_successful")).isEqualTo(1);
        assertThat(installed).isEmpty();
    }

    @Test
    void whatCannotBePutInForceIsRefusedAndMayBeTriedAgain() {
        refusal = new IOException("listener out: cannot bind 127.0.0.1:1: address already in use");
        assertThat(decide(SECOND).problems())
                .containsExactly("f.yaml: listener out: cannot bind 127.0.0.1:1: address already in use");
        assertThat(metric("last_reload_successful")).isZero();
        refusal = null;
        assertThat(decide(SECOND).result()).isEqualTo(Result.IN_FORCE);
        assertThat(reloads.problems()).isEmpty();
    }

    @Test
    void whatIsRefusedIsWorthAnotherTryWhenItsFilesHaveChangedAndNothingElseIs() {
        filesHaveChanged = true;
        assertThat(reloads.isWorthAnotherTry()).as("started").isFalse();
        decide(BROKEN);
        assertThat(reloads.isWorthAnotherTry()).as("refused").isTrue();
        filesHaveChanged = false;
        assertThat(reloads.isWorthAnotherTry()).as("as it was").isFalse();
        filesHaveChanged = true;
        decide(new Content.None("f.yaml: gone"));
        assertThat(reloads.isWorthAnotherTry()).as("names nothing").isFalse();
        decide(SECOND);
        assertThat(reloads.isWorthAnotherTry()).as("in force").isFalse();
        refusal = new IOException("listener out: /nowhere/tls.key: no such file");
        decide(FIRST);
        assertThat(reloads.isWorthAnotherTry()).as("not put in force").isTrue();
        decide(SECOND);
        assertThat(reloads.isWorthAnotherTry()).as("again in force").isFalse();
    }

    @Test
    void eachProblemIsLoggedOnceAsLongAsItIsThere() {
        decide(FIRST + "rutes: []\nadmn: {}\n");
        decide(FIRST + "rutes: []\nadmn: {}\n");
        decide(FIRST + "rutes: []\n");
        decide(FIRST + "rutes: []\ndrian: {}\n");
        String stays = "the file is not put in force, and what is in force stays";
        assertThat(logged.lines())
                .containsExactly(
                        stays,
                        "f.yaml:4:1: rutes: unknown key (did you mean routes?)",
                        "f.yaml:5:1: admn: unknown key (did you mean admin?)",
                        stays,
                        "f.yaml:5:1: drian: unknown key (did you mean drain?)");
    }

    @Test
    void theHistoryIsBounded() {
        for (int i = 0; i < 100; i++) {
            decide(i % 2 == 0 ? BROKEN : SECOND + "#" + i);
        }
        assertThat(reloads.history()).hasSize(32);
        assertThat(reloads.history().getFirst().result()).isEqualTo(Result.IN_FORCE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "b: {endpoints | c: {endpoints | upstreams: +c -b; routes: ~s",
                "out, | in, | listeners: +in -out",
                "{name: s, | {name: t, | routes: +t -s",
                "'routes: [' | 'drain: {quiet: 2s}\nroutes: [' | drain",
                "'routes: [' | 'service: x\nlogging: {level: warn}\nroutes: [' | service; logging",
                "'routes: [' | '# a remark\nroutes: [' | nothing",
            })
    void whatChangesIsToldInALine(String old, String now, String changes) {
        String text = FIRST.replace(old, now);
        assertThat(decide(old.startsWith("b:") ? text.replace("upstream: b", "upstream: c") : text)
                        .changes())
                .isEqualTo(changes);
    }

    @Test
    void anotherOrderOfRoutesIsAChange() {
        String swapped = """
                listeners: [{name: out, address: "127.0.0.1:0", upstream: a}]
                upstreams: {a: {endpoints: ["10.0.0.1:80"]}, b: {endpoints: ["10.0.0.2:80"]}}
                routes: [{name: s, match: {hosts: [s]}, upstream: b}, {name: r, match: {path: {regex: "/x+"}}, upstream: a}]
                """;
        assertThat(decide(swapped).changes()).isEqualTo("routes: in another order");
    }
}
