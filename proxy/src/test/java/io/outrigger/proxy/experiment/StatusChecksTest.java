package io.outrigger.proxy.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.outrigger.config.ExperimentConfig;
import io.outrigger.config.Fault;
import io.outrigger.config.FaultConfig;
import io.outrigger.config.FaultMatch;
import io.outrigger.config.HaltConfig;
import io.outrigger.config.Share;
import io.outrigger.filter.fault.Experiment;
import io.outrigger.filter.fault.Experiments;
import io.outrigger.filter.fault.Experiments.Answer;
import io.outrigger.filter.fault.FaultMetrics;
import io.outrigger.filter.fault.LiveFaults;
import io.outrigger.filter.fault.RouteSight;
import io.outrigger.metrics.Metrics;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When an address is asked, and what is made of its answers. */
class StatusChecksTest {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1); // that no answer comes through
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Experiments experiments = new Experiments(
            new LiveFaults(new FaultMetrics(new Metrics(1))),
            _ -> Optional.of(new RouteSight(OptionalDouble.empty(), false, Optional.of(false), 0)),
            _ -> _ -> true,
            System::nanoTime,
            InstantSource.system());
    private final StatusChecks checks = new StatusChecks();
    private volatile int status = 200;
    private volatile boolean silent;
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            if (silent) {
                await();
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    private void await() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void end() {
        checks.close();
        gate.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private Experiment begun(int failures) {
        FaultConfig faults = new FaultConfig(
                new Share(5), false, FaultMatch.everything(), List.of(Fault.Plain.RESET), Optional.empty());
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        HaltConfig halt = new HaltConfig(
                Optional.empty(), false, Optional.of(new HaltConfig.StatusCheck(url, INTERVAL, failures)));
        Answer answer = experiments.begin(
                new ExperimentConfig("x", "charge", faults, Duration.ofMinutes(1), Optional.empty(), halt));
        return ((Answer.Begun) answer).experiment();
    }

    /** What is done again and again until it has come to that. */
    private static void until(BooleanSupplier done, Runnable again) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            again.run();
        }
    }

    @Test
    void isAskedAtOnceAndThenOnceAnInterval() {
        Experiment experiment = begun(3);
        checks.follow(List.of(experiment), 0);
        until(() -> experiment.lastCheck().equals("status 200"), Thread::onSpinWait);
        status = 204;
        checks.follow(List.of(experiment), INTERVAL.toNanos() - 1);
        until(
                () -> experiment.lastCheck().equals("status 204"),
                () -> checks.follow(List.of(experiment), INTERVAL.toNanos()));
        assertThat(asked).as("not before its time").hasValue(2);
    }

    @Test
    void whileAnAnswerIsWaitedForNothingElseIsAsked() {
        silent = true;
        Experiment experiment = begun(3);
        long[] now = {0};
        until(
                () -> experiment.lastCheck().equals("no answer within a second"),
                () -> checks.follow(List.of(experiment), now[0] += INTERVAL.toNanos()));
        assertThat(asked).hasValue(1);
        silent = false;
        until(
                () -> experiment.lastCheck().equals("status 200"),
                () -> checks.follow(List.of(experiment), now[0] += INTERVAL.toNanos()));
    }

    @ParameterizedTest
    @CsvSource({"200, true", "299, true", "302, false", "404, false", "503, false"})
    void otherThan2xxIsBadAndNoRedirectIsFollowed(int answer, boolean fine) {
        status = answer;
        Experiment experiment = begun(1);
        checks.follow(List.of(experiment), 0);
        until(() -> experiment.lastCheck().equals("status " + answer), Thread::onSpinWait);
        until(() -> fine || experiment.ended().isPresent(), experiments::look);
        assertThat(experiment.ended().map(Experiment.Ended::end))
                .isEqualTo(fine ? Optional.empty() : Optional.of(Experiment.End.STATUS_CHECK));
        assertThat(asked).hasValue(1);
    }

    @Test
    void whoIsNotThereAnswersBadly() {
        Experiment experiment = begun(3);
        server.stop(0);
        checks.follow(List.of(experiment), 0);
        until(() -> !experiment.lastCheck().isEmpty(), Thread::onSpinWait);
        assertThat(experiment.lastCheck()).isEqualTo("no answer: it cannot be connected to");
        Exception unresolved = new ConnectException();
        unresolved.initCause(new UnresolvedAddressException()); // as the client says it
        assertThat(StatusChecks.words(new CompletionException(unresolved)))
                .isEqualTo("no answer: the name does not resolve");
    }

    @Test
    void oneThatDoesNotRunIsForgotten() {
        Experiment experiment = begun(3);
        checks.follow(List.of(experiment), 0);
        until(() -> experiment.lastCheck().equals("status 200"), Thread::onSpinWait);
        status = 204;
        checks.follow(List.of(), 1);
        checks.follow(List.of(experiment), 2);
        until(() -> experiment.lastCheck().equals("status 204"), Thread::onSpinWait);
    }
}
