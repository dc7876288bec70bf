package io.outrigger.proxy.experiment;

import io.outrigger.config.HaltConfig.StatusCheck;
import io.outrigger.filter.fault.Experiment;
import io.outrigger.proxy.loop.SystemWords;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the addresses that experiments are to end by: asks on one thread, and is answered on those of the client, one
 * answer of an experiment after the other. Its map and its client belong to the watch thread alone; the checks are
 * Shared by all loops.
 */
final class StatusChecks implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Map<Experiment, Check> checks = new HashMap<>();
    private @Nullable HttpClient client; // null until one is needed

    /** Begins the checks that are due; forgets those of other experiments. */
    void follow(List<Experiment> running, long now) {
        checks.keySet().retainAll(running);
        for (Experiment experiment : running) {
            experiment.config().haltWhen().statusCheck().ifPresent(config -> checks.computeIfAbsent(
                            experiment, _ -> new Check(experiment, config, now))
                    .askIfDue(client(), now));
        }
    }

    private HttpClient client() {
        HttpClient one = client;
        if (one == null) {
            one = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(PATIENCE)
                    .build();
            client = one;
        }
        return one;
    }

    @Override
    public void close() {
        if (client != null) {
            client.shutdownNow();
        }
    }

    /** Why nothing was answered. */
    static String words(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return "no answer within a second";
        }
        if (cause instanceof ConnectException && cause.getMessage() == null) { // the client does not say more
            return cause.getCause() instanceof UnresolvedAddressException unresolved
                    ? "no answer: " + SystemWords.of(unresolved)
                    : "no answer: it cannot be connected to";
        }
        return "no answer: " + SystemWords.of(cause);
    }

    /** That of one experiment. Shared by all loops. */
    private static final class Check {
        private final Experiment experiment;
        private final StatusCheck config;
        private final HttpRequest request;
        private long nextNanos;
        private volatile boolean asking; // set here, and cleared by the answer

        Check(Experiment experiment, StatusCheck config, long now) {
            this.experiment = experiment;
            this.config = config;
            this.request =
                    HttpRequest.newBuilder(config.url()).timeout(PATIENCE).build();
            this.nextNanos = now;
        }

        void askIfDue(HttpClient by, long now) {
            if (asking || now - nextNanos < 0) {
                return;
            }
            asking = true;
            nextNanos = now + config.interval().toNanos();
            by.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                    .orTimeout(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)
                    .whenComplete((response, failure) -> {
                        try {
                            if (failure == null) {
                                int status = response.statusCode();
                                experiment.checked(status >= 200 && status < 300, "status " + status);
                                close(response.body()); // however long it is, nobody reads it
                            } else {
                                experiment.checked(false, words(failure));
                            }
                        } finally {
                            asking = false;
                        }
                    });
        }

        private static void close(InputStream body) {
            try {
                body.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
