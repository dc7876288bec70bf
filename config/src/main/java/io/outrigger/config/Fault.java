package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Durations;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.Values;
import io.outrigger.config.key.WholeNumber;
import io.outrigger.config.key.Word;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Something that is done to an attempt on purpose. Immutable. */
public sealed interface Fault {
    /** As people are told of it. */
    String words();

    /** The answer comes that much later, and up to {@code jitter} more. */
    record Latency(Duration latency, Duration jitter) implements Fault {
        @Override
        public String words() {
            String more = jitter.isZero() ? "" : " to " + Durations.format(latency.plus(jitter));
            return "latency " + Durations.format(latency) + more;
        }
    }

    /** The response ends after this share of its body. */
    record Truncate(Share share) implements Fault {
        @Override
        public String words() {
            return "truncate " + share;
        }
    }

    /** The body comes no faster. */
    record Throttle(DataSize perSecond) implements Fault {
        @Override
        public String words() {
            return "throttle " + perSecond;
        }
    }

    /** What happens instead of asking the upstream. Immutable. */
    sealed interface Instead extends Fault {}

    /** An answer with this status. */
    record Abort(int status) implements Instead {
        @Override
        public String words() {
            return "abort " + status;
        }
    }

    /** Those that need no more said. */
    enum Plain implements Instead {
        RESET("reset"),
        BLACKHOLE("blackhole");

        private final String word;

        Plain(String word) {
            this.word = word;
        }

        @Override
        public String words() {
            return word;
        }
    }

    /** How the file says it. */
    final class Keys {
        private static final Durations TIME = Durations.upTo(Duration.ofHours(1));

        private static final Key<Optional<Duration>> LATENCY =
                Key.optional("latency", TIME, "The answer comes that much later.");
        private static final Key<Optional<Duration>> JITTER =
                Key.optional("jitter", TIME, "With latency: up to that much more.");
        private static final Key<Optional<Fault>> ABORT = Key.optional(
                "abort",
                WholeNumber.of(400, 599).map(Abort::new),
                "The answer has this status, and the upstream is not asked.");
        private static final Key<Optional<Fault>> RESET = Key.optional(
                "reset",
                Word.<Fault>of(Map.of("true", Plain.RESET)),
                "The attempt fails as when its connection is reset; the upstream is not asked.");
        private static final Key<Optional<Fault>> BLACKHOLE = Key.optional(
                "blackhole",
                Word.<Fault>of(Map.of("true", Plain.BLACKHOLE)),
                "The request is read and never answered; the upstream is not asked.");
        private static final Key<Optional<Fault>> TRUNCATE = Key.optional(
                "truncate",
                Shares.of(0, 99).map(Truncate::new),
                "The response breaks off after this share of its body.");
        private static final Key<Optional<Fault>> THROTTLE = Key.optional(
                "throttle",
                Sizes.upTo(DataSize.ofMiB(1024)).map(Throttle::new),
                "The response's body comes at no more than this a second.");

        static final Block<Fault> BLOCK =
                Block.of("One fault.", Keys::only, LATENCY, JITTER, ABORT, RESET, BLACKHOLE, TRUNCATE, THROTTLE);

        private Keys() {}

        private static Fault only(Values v) {
            Optional<Duration> latency = v.get(LATENCY);
            Optional<Duration> jitter = v.get(JITTER);
            Rejected.unless(latency.isPresent() || jitter.isEmpty(), "jitter", "without latency", "latency besides");
            if (latency.isEmpty()) {
                return v.only(ABORT, RESET, BLACKHOLE, TRUNCATE, THROTTLE);
            }
            boolean alone = Stream.of(ABORT, RESET, BLACKHOLE, TRUNCATE, THROTTLE)
                    .allMatch(other -> v.get(other).isEmpty());
            Rejected.unless(alone, "latency", "besides another fault", "one in each item");
            return new Latency(latency.get(), jitter.orElse(Duration.ZERO));
        }
    }
}
