package io.outrigger.filter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import io.outrigger.fixtures.Crowd;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which answer belongs to which request, for how long, and how much of it all is held. */
class StaleStoreTest {
    private static final long LIMIT = 1 << 20;
    private static final long AGE = Duration.ofMinutes(10).toNanos();
    private static final long NOW = 1_000_000_007;

    private final BufferBudget heap = new BufferBudget(2 * LIMIT);
    private final StaleStore store = new StaleStore(heap);

    private static Request get(String target, String... headers) {
        return new Request("GET", Target.of(target), Headers.of(headers), Body.EMPTY);
    }

    private void keep(Request request, String body, String... headers) {
        keep(request, body, LIMIT, headers);
    }

    private void keep(Request request, String body, long maxBytes, String... headers) {
        Headers its = Headers.of(headers);
        store.keep(
                StaleStore.Place.of(request, its),
                new StaleAnswer(its, body.getBytes(StandardCharsets.UTF_8), false, NOW),
                maxBytes);
    }

    private @Nullable String find(Request request, long now) {
        StaleAnswer answer = store.find(request, AGE, now);
        return answer == null ? null : new String(answer.body(), StandardCharsets.UTF_8);
    }

    private @Nullable String find(Request request) {
        return find(request, NOW);
    }

    @Test
    void theLastAnswerToTheSameTargetOfTheSameHostIsGiven() {
        keep(get("/a?b=1", "Host", "Shop"), "first");
        keep(get("/a?b=1", "Host", "shop"), "second");
        keep(get("/a?b=2", "Host", "shop"), "third");
        assertThat(find(get("/a?b=1", "host", "SHOP"))).isEqualTo("second");
        assertThat(find(get("/a?b=2", "host", "shop"))).isEqualTo("third");
        assertThat(find(get("/a", "host", "shop"))).isNull();
        assertThat(find(get("/a?b=1", "host", "other"))).isNull();
        assertThat(find(get("/a?b=1"))).isNull();
    }

    @Test
    void anAnswerIsForThoseWhoseFieldsAreAsReceived() {
        keep(get("/a", "accept", "json"), "json", "vary", "Accept, Accept-Language");
        keep(get("/a", "accept", "xml"), "xml", "Vary", "accept,accept-language");
        keep(
                get("/a", "accept", "json", "accept-language", "de"),
                "deutsch",
                "vary",
                "accept",
                "vary",
                "accept-language");
        assertThat(find(get("/a", "accept", "json"))).isEqualTo("json");
        assertThat(find(get("/a", "Accept", "xml"))).isEqualTo("xml");
        assertThat(find(get("/a", "accept", "json", "accept-language", "de"))).isEqualTo("deutsch");
        assertThat(find(get("/a"))).isNull();
        assertThat(find(get("/a", "accept", "json", "accept", "xml"))).isNull();
        assertThat(find(get("/a", "accept", "JSON"))).isNull();
    }

    @Test
    void anEmptyFieldIsNotTheSameAsNone() {
        keep(get("/a", "x", ""), "empty", "vary", "x");
        assertThat(find(get("/a"))).isNull();
        assertThat(find(get("/a", "x", ""))).isEqualTo("empty");
    }

    @Test
    void noAnswerIsGivenBeyondItsAge() {
        keep(get("/a"), "a");
        assertThat(find(get("/a"), NOW + AGE)).isEqualTo("a");
        assertThat(find(get("/a"), NOW + AGE + 1)).isNull();
        assertThat(store.bytes()).as("nor held, once it was looked for").isZero();
    }

    @Test
    void theOldestGoFirstWhenThereIsNoMoreRoom() {
        for (int i = 0; i < 50; i++) {
            keep(get("/" + i), "x".repeat(1000), 20_000);
            assertThat(store.bytes()).isLessThanOrEqualTo(20_000);
        }
        assertThat(find(get("/49"))).isNotNull();
        assertThat(find(get("/40"))).isNotNull();
        assertThat(find(get("/20"))).isNull();
    }

    @Test
    void anAnswerThatIsKeptAnewIsTheYoungest() {
        keep(get("/a"), "x".repeat(1000), 4000);
        keep(get("/b"), "x".repeat(1000), 4000);
        keep(get("/a"), "y".repeat(1000), 4000);
        keep(get("/c"), "x".repeat(1000), 4000);
        assertThat(find(get("/a"))).startsWith("y");
        assertThat(find(get("/b"))).isNull();
    }

    @Test
    void whatIsTooLargeByItselfIsNotKeptAndTakesTheOldOneWithIt() {
        keep(get("/a"), "small", 1000);
        keep(get("/a"), "x".repeat(1000), 1000);
        assertThat(find(get("/a"))).isNull();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void storesTogetherTakeNoMoreThanTheHeapThatIsTheirs() {
        keep(get("/old"), "old");
        keep(get("/new"), "new");
        assertThat(heap.takenBytes()).isEqualTo(store.bytes());
        heap.tryTake(2 * LIMIT - heap.takenBytes()); // what other stores have
        keep(get("/two"), "two");
        assertThat(find(get("/old"))).as("the oldest made room").isNull();
        assertThat(find(get("/new"))).isEqualTo("new");
        keep(get("/large"), "x".repeat(10_000));
        assertThat(store.bytes()).as("gave up all, and that was not enough").isZero();
        assertThat(find(get("/large"))).isNull();
    }

    @Test
    void whatAStoreHadIsFreeForOthersOnceItsRungIsGone() {
        keep(get("/a"), "a");
        store.end();
        assertThat(heap.takenBytes()).isZero();
        assertThat(find(get("/a"))).isNull();
        keep(get("/late"), "late"); // by a request that was under way
        assertThat(heap.takenBytes()).isZero();
    }

    @Test
    void whatIsForgottenIsGoneWithAllThatWasNoted() {
        keep(get("/a", "accept", "json"), "json", "vary", "accept");
        keep(get("/a", "accept", "xml"), "xml", "vary", "accept");
        store.forget(get("/a", "accept", "json"));
        assertThat(find(get("/a", "accept", "json"))).isNull();
        assertThat(find(get("/a", "accept", "xml"))).isEqualTo("xml");
        store.forget(get("/a", "accept", "xml"));
        store.forget(get("/none"));
        assertThat(store.bytes()).isZero();
    }

    @Test
    void theAgeCountsFromWhereTheAnswerWasMade() {
        StaleAnswer old = new StaleAnswer(Headers.of("Age", "100"), new byte[0], false, NOW);
        assertThat(old.ageSeconds(NOW + Duration.ofSeconds(7).toNanos())).isEqualTo(107);
        StaleAnswer odd = new StaleAnswer(Headers.of("age", "99999999999"), new byte[0], false, NOW);
        assertThat(odd.ageSeconds(NOW)).isZero();
    }

    /** Several loops at once, with more than fits: what is found is always whole and of the target that was asked for. */
    @Test
    void loopsMeetWithoutMixingOrHoldingTooMuch() throws Exception {
        Crowd.of(4, thread -> {
            SplittableRandom random = new SplittableRandom(81 + thread);
            for (int i = 0; i < 20_000; i++) {
                String target = "/" + random.nextInt(40);
                Request request = get(target, "x", "" + random.nextInt(2));
                switch (random.nextInt(4)) {
                    case 0 -> store.forget(request);
                    case 1, 2 -> keep(request, target.repeat(1 + random.nextInt(50)), 10_000, "vary", "x");
                    default -> {
                        String found = find(request);
                        assertThat(found == null || found.replace(target, "").isEmpty())
                                .isTrue();
                    }
                }
                assertThat(store.bytes()).isBetween(0L, 10_000L);
            }
        });
        for (int i = 0; i < 40; i++) {
            store.forget(get("/" + i, "x", "0"));
            store.forget(get("/" + i, "x", "1"));
        }
        assertThat(store.bytes()).isZero();
        assertThat(heap.takenBytes()).isZero();
    }
}
