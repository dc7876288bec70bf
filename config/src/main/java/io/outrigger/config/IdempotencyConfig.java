package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Flag;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.OneOf;
import io.outrigger.config.key.Word;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which requests carry a key, how long their answers are kept, and what happens when one is lost. Immutable. */
public record IdempotencyConfig(
        String header,
        Set<String> methods,
        boolean required,
        List<String> scope,
        InFlight inFlight,
        Duration waitFor,
        Duration keepFor,
        Duration lease,
        DataSize maxBody,
        DataSize maxResponse,
        ServerErrors serverErrors,
        Unknown unknown,
        boolean upstreamHonoursKey,
        String store,
        OnStoreFailure onStoreFailure,
        Memory memory) {

    /** The store that is not one of {@code stores}. */
    public static final String MEMORY_STORE = "memory";

    /** What a request does whose key is in flight. */
    public enum InFlight {
        WAIT,
        REJECT
    }

    /** What a 5xx answer means for the key. */
    public enum ServerErrors {
        UNKNOWN,
        FORGET,
        STORE
    }

    /** What becomes of a key whose answer was lost. */
    public enum Unknown {
        HOLD,
        RELEASE
    }

    /** What a request does when the store cannot be asked. */
    public enum OnStoreFailure {
        REFUSE,
        FORWARD
    }

    /** The store inside the process. */
    public record Memory(DataSize maxBytes) {
        private static final Key<DataSize> MAX_BYTES = Key.of(
                        "maxBytes", Sizes.of(DataSize.ofKiB(64), new DataSize(1L << 30)), "What it may hold in all.")
                .or("8MiB");

        static final Block<Memory> BLOCK =
                Block.of("The store inside the process.", v -> new Memory(v.get(MAX_BYTES)), MAX_BYTES);

        public Memory {
            MAX_BYTES.check(maxBytes);
        }
    }

    private static final Durations TIME = Durations.upTo(Duration.ofHours(24));
    private static final Sizes BODY = Sizes.upTo(DataSize.ofMiB(16));

    private static final Key<String> HEADER =
            Key.of("header", HttpTexts.HEADER_NAME, "Carries the key.").or("Idempotency-Key");
    private static final Key<List<String>> METHODS = Key.of(
                    "methods", HttpTexts.METHOD.list(1), "Methods whose keys count.")
            .or("[POST, PATCH]");
    private static final Key<Boolean> REQUIRED = Key.of(
                    "required", Flag.FLAG, "Whether a request without a key is answered with 400.")
            .or("false");
    private static final Key<List<String>> SCOPE = Key.of(
                    "scope",
                    HttpTexts.HEADER_NAME.list(0),
                    "Headers that tell callers apart, so that nobody finds another's key; hashed, never stored.")
            .or("[authorization]");
    private static final Key<InFlight> IN_FLIGHT = Key.of(
                    "inFlight",
                    Word.of(InFlight.values()),
                    "What a request does whose key is in flight: wait for its answer, or be rejected with 409.")
            .or("wait");
    private static final Key<Duration> WAIT_FOR =
            Key.of("waitFor", TIME, "How long it waits; then 409.").or("10s");
    private static final Key<Duration> KEEP_FOR = Key.of(
                    "keepFor", Durations.upTo(Duration.ofDays(90)), "How long an answer is kept.")
            .or("24h");
    private static final Key<Duration> LEASE = Key.of(
                    "lease", TIME, "How long a key stays in flight after its owner was last heard of.")
            .or("30s");
    private static final Key<DataSize> MAX_BODY = Key.of(
                    "maxBody", BODY, "Longer requests with a key are refused with 413.")
            .or("1MiB");
    private static final Key<DataSize> MAX_RESPONSE = Key.of(
                    "maxResponse", BODY, "Longer answers are delivered but not kept; their key counts as unknown.")
            .or("256KiB");
    private static final Key<ServerErrors> SERVER_ERRORS = Key.of(
                    "serverErrors", Word.of(ServerErrors.values()), "What a 5xx answer means for the key.")
            .or("unknown");
    private static final Key<Unknown> UNKNOWN = Key.of(
                    "unknown",
                    Word.of(Unknown.values()),
                    "What becomes of a key whose answer was lost: held with 409 until keepFor, or released.")
            .or("hold");
    private static final Key<Boolean> UPSTREAM_HONOURS_KEY = Key.of(
                    "upstreamHonoursKey",
                    Flag.FLAG,
                    "Whether the upstream knows the key itself, and may be asked again.")
            .or("false");
    private static final Key<String> STORE = Key.of(
                    "store",
                    OneOf.of(Word.of(Map.of(MEMORY_STORE, MEMORY_STORE)), Texts.STORE),
                    "Where keys are kept: memory, or one of stores.")
            .or(MEMORY_STORE);
    private static final Key<OnStoreFailure> ON_STORE_FAILURE = Key.of(
                    "onStoreFailure",
                    Word.of(OnStoreFailure.values()),
                    "When the store cannot be asked: refuse with 503, or forward without protection.")
            .or("refuse");
    private static final Key<Memory> MEMORY =
            Key.of("memory", Memory.BLOCK, "The store inside the process.").or("{}");

    static final Block<IdempotencyConfig> BLOCK = Block.of(
                    "Which requests carry a key, how long their answers are kept, and what happens when one is lost.",
                    v -> new IdempotencyConfig(
                            v.get(HEADER),
                            new LinkedHashSet<>(v.get(METHODS)),
                            v.get(REQUIRED),
                            v.get(SCOPE),
                            v.get(IN_FLIGHT),
                            v.get(WAIT_FOR),
                            v.get(KEEP_FOR),
                            v.get(LEASE),
                            v.get(MAX_BODY),
                            v.get(MAX_RESPONSE),
                            v.get(SERVER_ERRORS),
                            v.get(UNKNOWN),
                            v.get(UPSTREAM_HONOURS_KEY),
                            v.get(STORE),
                            v.get(ON_STORE_FAILURE),
                            v.get(MEMORY)),
                    HEADER,
                    METHODS,
                    REQUIRED,
                    SCOPE,
                    IN_FLIGHT,
                    WAIT_FOR,
                    KEEP_FOR,
                    LEASE,
                    MAX_BODY,
                    MAX_RESPONSE,
                    SERVER_ERRORS,
                    UNKNOWN,
                    UPSTREAM_HONOURS_KEY,
                    STORE,
                    ON_STORE_FAILURE,
                    MEMORY)
            .example("""
                    methods: [POST]
                    required: true
                    keepFor: 1h
                    """);

    /** What holds when a route says no more than that it has keys. */
    public static IdempotencyConfig defaults() {
        return BLOCK.ofDefaults();
    }

    public IdempotencyConfig {
        methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
        scope = List.copyOf(scope);
        WAIT_FOR.check(waitFor);
        KEEP_FOR.check(keepFor);
        LEASE.check(lease);
        MAX_BODY.check(maxBody);
        MAX_RESPONSE.check(maxResponse);
    }
}
