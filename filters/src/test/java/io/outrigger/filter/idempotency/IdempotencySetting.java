package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.DataSize;
import io.outrigger.config.IdempotencyConfig;
import io.outrigger.config.IdempotencyConfig.InFlight;
import io.outrigger.config.IdempotencyConfig.Memory;
import io.outrigger.config.IdempotencyConfig.OnStoreFailure;
import io.outrigger.config.IdempotencyConfig.ServerErrors;
import io.outrigger.config.IdempotencyConfig.Unknown;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.Told;
import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Metrics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** A route with keys, a lease of 30 s and a deadline after 2 s; and that nothing is left after a test. */
abstract class IdempotencySetting {
    static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "by the test");
    static final Failure LATE = Failure.of(Failure.Kind.DEADLINE, "by the test");
    static final int SMALL = 64; // bytes that may be kept of an answer, and of a request

    final ManualLoop loop = new ManualLoop();
    final FakeUpstream upstream = new FakeUpstream();
    final Chunks chunks = new Chunks();
    final BufferBudget buffers = new BufferBudget(100_000);
    final KeyTable table = new KeyTable(new BufferBudget(Long.MAX_VALUE));
    final IdempotencyMetrics shown;
    KeyStore store = new MemoryKeyStore(table, 1 << 20);
    IdempotencyConfig config = config();
    Exchange exchange = Exchanges.on(loop); // of the last request
    Reply last = Reply.failed(GONE); // likewise
    private final Metrics metrics = new Metrics(1);
    private long tokens;

    IdempotencySetting() {
        shown = new IdempotencyMetrics(metrics);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(chunks.held()).as("buffers").isZero();
        assertThat(buffers.takenBytes()).as("bytes of the budget").isZero();
        assertThat(loop.pending()).as("timers").isZero();
        assertThat(shown.unfinished()).as("that go on alone").isZero();
    }

    // ---- settings

    static IdempotencyConfig config() {
        return new IdempotencyConfig(
                "Idempotency-Key",
                Set.of("POST"),
                false,
                List.of("authorization"),
                InFlight.WAIT,
                Duration.ofSeconds(10),
                Duration.ofHours(1),
                Duration.ofSeconds(30),
                new DataSize(SMALL),
                new DataSize(SMALL),
                ServerErrors.UNKNOWN,
                Unknown.HOLD,
                false,
                IdempotencyConfig.MEMORY_STORE,
                OnStoreFailure.REFUSE,
                new Memory(DataSize.ofMiB(1)));
    }

    /** With other words for some of it. */
    static IdempotencyConfig with(
            boolean required,
            InFlight inFlight,
            ServerErrors serverErrors,
            Unknown unknown,
            boolean honours,
            OnStoreFailure onStoreFailure) {
        IdempotencyConfig usual = config();
        return new IdempotencyConfig(
                usual.header(),
                usual.methods(),
                required,
                usual.scope(),
                inFlight,
                usual.waitFor(),
                usual.keepFor(),
                usual.lease(),
                usual.maxBody(),
                usual.maxResponse(),
                serverErrors,
                unknown,
                honours,
                usual.store(),
                onStoreFailure,
                usual.memory());
    }

    static IdempotencyConfig required() {
        return with(true, InFlight.WAIT, ServerErrors.UNKNOWN, Unknown.HOLD, false, OnStoreFailure.REFUSE);
    }

    static IdempotencyConfig rejecting() {
        return with(false, InFlight.REJECT, ServerErrors.UNKNOWN, Unknown.HOLD, false, OnStoreFailure.REFUSE);
    }

    static IdempotencyConfig onServerErrors(ServerErrors what) {
        return with(false, InFlight.WAIT, what, Unknown.HOLD, false, OnStoreFailure.REFUSE);
    }

    static IdempotencyConfig releasing() {
        return with(false, InFlight.WAIT, ServerErrors.UNKNOWN, Unknown.RELEASE, false, OnStoreFailure.REFUSE);
    }

    static IdempotencyConfig honoured() {
        return with(false, InFlight.WAIT, ServerErrors.UNKNOWN, Unknown.HOLD, true, OnStoreFailure.REFUSE);
    }

    static IdempotencyConfig forwarding() {
        return with(false, InFlight.WAIT, ServerErrors.UNKNOWN, Unknown.HOLD, false, OnStoreFailure.FORWARD);
    }

    // ---- requests

    Told post(String key, String body) {
        return send(request(key, body));
    }

    Told send(Request request) {
        return send(request, Duration.ofSeconds(2));
    }

    /** A new exchange, with a deadline after that time; the deadline is for the test to enforce. */
    Told send(Request request, Duration deadline) {
        exchange = Exchanges.on(loop);
        exchange.deadline(loop.nanoTime() + deadline.toNanos(), false);
        last = filter().apply(exchange, request, upstream);
        return Told.by(last);
    }

    IdempotencyFilter filter() {
        IdempotencyMeters meters = shown.route("charge", "memory");
        return new IdempotencyFilter("charge", config, store, buffers, meters, () -> ++tokens);
    }

    Request request(String key, String body) {
        return request(Headers.of("Idempotency-Key", key, "Authorization", "me"), body);
    }

    Request request(Headers headers, String body) {
        return request(headers, body.isEmpty() ? Body.EMPTY : Body.of(chunks.of(body)));
    }

    static Request request(Headers headers, Body body) {
        return new Request("POST", Target.of("/charges?dry=1"), headers, body);
    }

    static Request request(String key, Body body) {
        return request(Headers.of("Idempotency-Key", key, "Authorization", "me"), body);
    }

    // ---- what came of them

    /** Has the first request with a key end as unknown. */
    void lose(String key, String body) {
        post(key, body);
        upstream.last().fail(Failure.Kind.RESET);
    }

    /** How it ends once its client has read it. */
    static String read(Told told) {
        told.body();
        return told.toString();
    }

    /** What was counted so far: {@code replayed 1}. */
    List<String> counted() {
        List<String> counted = new ArrayList<>();
        metrics.families().forEach(family -> family.series().forEach((labels, series) -> {
            if (series instanceof Counter counter && counter.total() > 0) {
                counted.add(labels.get(2) + " " + counter.total());
            }
        }));
        counted.sort(null);
        return counted;
    }

    List<String> noted() {
        return exchange.notes().stream().map(note -> note.verdict()).toList();
    }

    Seen.State state(String key) {
        List<Seen.Entry> entries = table.look(place(key), loop.nanoTime()).entries();
        assertThat(entries).as("of the key " + key).hasSize(1);
        return entries.getFirst().state();
    }

    boolean free(String key) {
        return table.look(place(key), loop.nanoTime()).entries().isEmpty();
    }

    private static Digest place(String key) {
        return Hashing.place(Digests.OWN, "charge".getBytes(StandardCharsets.UTF_8), key);
    }
}
