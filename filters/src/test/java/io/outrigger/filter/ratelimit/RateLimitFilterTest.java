package io.outrigger.filter.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.RateLimitConfig;
import io.outrigger.config.RateLimitConfig.KeyBy;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Note;
import io.outrigger.exchange.Request;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.Told;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the filter lets through, and what it says to the others. */
class RateLimitFilterTest {
    private static final HeaderName TENANT = HeaderName.of("x-tenant");

    private final ManualLoop loop = new ManualLoop();
    private final FakeUpstream upstream = new FakeUpstream();
    private final RouteBuckets one = RouteBuckets.one(loop.nanoTime());
    private final RouteBuckets several = RouteBuckets.by(
            TENANT, new KeyedBuckets(new Random(3)::nextLong), new Random(4).nextLong(), loop.nanoTime());
    private RateLimitConfig config = limit(2, 3);
    private Exchange exchange = Exchanges.on(loop);

    private static RateLimitConfig limit(int perSecond, int burst) {
        return new RateLimitConfig(perSecond, burst, Optional.empty(), Optional.empty());
    }

    private Told send() {
        return send(one, Exchanges.get());
    }

    private Told send(RouteBuckets buckets, Request request) {
        exchange = Exchanges.on(loop);
        upstream.willAnswer(200);
        return Told.by(new RateLimitFilter(config, buckets, new Rejections("charge", config))
                .over(upstream)
                .send(exchange, request));
    }

    private Told sendAs(String... tenants) {
        Headers fields = Headers.of("Host", "example.org");
        for (String tenant : tenants) {
            fields = fields.plus(TENANT, tenant);
        }
        return send(several, Exchanges.get().withHeaders(fields));
    }

    @Test
    void whatIsWithinTheLimitPassesAndTheRestNeverReachesTheUpstream() {
        for (int i = 0; i < 3; i++) {
            assertThat(send().head().status()).isEqualTo(200);
        }
        assertThat(send().failure().kind()).isEqualTo(Failure.Kind.RATE_LIMITED);
        assertThat(upstream.calls()).isEqualTo(3);
        loop.advance(Duration.ofMillis(500));
        assertThat(send().head().status()).isEqualTo(200);
    }

    @Test
    void aRejectionSaysWhatTheLimitIsAndWhenToComeAgain() {
        config = limit(100, 150);
        for (int i = 0; i < 150; i++) {
            send();
        }
        Failure failure = send().failure();
        assertThat(failure.detail()).isEqualTo("the limit of 100 a second and 150 at once is used up");
        assertThat(failure.retryAfterSeconds()).isEqualTo(1); // 10 ms, rounded up
        assertThat(failure.fields().get(HeaderName.of("RateLimit-Policy"))).isEqualTo("\"charge\";q=200;w=2");
        assertThat(failure.fields().get(HeaderName.of("RateLimit"))).isEqualTo("\"charge\";r=0;t=1");
    }

    @Test
    void whoKeepsToTheAdviceIsLetIn() {
        config = limit(1, 5);
        for (int i = 0; i < 5; i++) {
            send();
        }
        loop.advanceMillis(300);
        int seconds = send().failure().retryAfterSeconds();
        loop.advance(Duration.ofSeconds(seconds));
        assertThat(send().head().status()).isEqualTo(200);
    }

    @Test
    void aRejectionIsNotedAndAPassageIsNot() {
        send();
        assertThat(exchange.notes()).isEmpty();
        send();
        send();
        send();
        assertThat(exchange.notes())
                .extracting(Note::by, Note::verdict)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("rateLimit", "rejected"));
    }

    @Test
    void eachValueOfTheHeaderHasItsOwnBucket() {
        config = new RateLimitConfig(2, 3, Optional.of(new KeyBy("x-tenant")), Optional.empty());
        for (int i = 0; i < 3; i++) {
            assertThat(sendAs("a").head().status()).isEqualTo(200);
            assertThat(sendAs("b").head().status()).isEqualTo(200);
        }
        assertThat(sendAs("a").failure().detail())
                .isEqualTo("the limit of 2 a second and 3 at once is used up by this caller");
        assertThat(sendAs("b").failure().kind()).isEqualTo(Failure.Kind.RATE_LIMITED);
        assertThat(sendAs("c").head().status()).isEqualTo(200);
    }

    @Test
    void requestsWithoutTheHeaderHaveOneBucketInCommon() {
        config = new RateLimitConfig(2, 3, Optional.of(new KeyBy("x-tenant")), Optional.empty());
        for (int i = 0; i < 3; i++) {
            assertThat(sendAs().head().status()).isEqualTo(200);
        }
        assertThat(sendAs().failure().kind()).isEqualTo(Failure.Kind.RATE_LIMITED);
        assertThat(sendAs("").head().status()).isEqualTo(200);
    }

    @Test
    void aSecondLineOfTheHeaderIsAnotherCallerAndNotAWayRoundTheFirst() {
        config = new RateLimitConfig(2, 3, Optional.of(new KeyBy("x-tenant")), Optional.empty());
        for (int i = 0; i < 3; i++) {
            assertThat(sendAs("a", "b").head().status()).isEqualTo(200);
        }
        assertThat(sendAs("a", "b").failure().kind()).isEqualTo(Failure.Kind.RATE_LIMITED);
        assertThat(sendAs("a").head().status()).isEqualTo(200);
    }

    @Test
    void theWindowIsTheLongestInWholeSecondsThatTheBucketTakesToFill() {
        assertThat(policy(limit(100, 200))).isEqualTo("\"charge\";q=200;w=2");
        assertThat(policy(limit(100, 1))).isEqualTo("\"charge\";q=100;w=1");
        assertThat(policy(limit(1, 1_000_000))).isEqualTo("\"charge\";q=1000000;w=1000000");
    }

    private static String policy(RateLimitConfig config) {
        return new Rejections("charge", config)
                .of(Exchanges.on(new ManualLoop()), 1)
                .fields()
                .get(HeaderName.of("ratelimit-policy"));
    }
}
