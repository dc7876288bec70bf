package io.outrigger.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.StoreConfig;
import io.outrigger.filter.idempotency.Claim;
import io.outrigger.filter.idempotency.Ending;
import io.outrigger.filter.idempotency.Found;
import io.outrigger.filter.idempotency.KeyId;
import io.outrigger.filter.idempotency.KeyStore;
import io.outrigger.filter.idempotency.Loss;
import io.outrigger.filter.idempotency.Written;
import io.outrigger.fixtures.KeyStoreContract;
import io.outrigger.fixtures.RedisServer;
import io.outrigger.proxy.tls.FileWatch;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every store of keys does, with a real Redis; and what only one that may fail does. */
class RedisKeyStoreTest extends KeyStoreContract {
    private static RedisServer redis;
    private static RealTime time;
    private static FileWatch watch;
    private static RedisLink link;
    private static KeyStore store;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.start();
        time = new RealTime();
        watch = new FileWatch();
        link = link(redis.uri());
        store = new RedisKeyStore("tests", link);
    }

    private static RedisLink link(String uri) {
        StoreConfig.Redis config =
                new StoreConfig.Redis(URI.create(uri), Duration.ofSeconds(5), Optional.empty(), Optional.empty());
        RedisLink made = new RedisLink("shared", config, watch);
        made.begin();
        return made;
    }

    @AfterAll
    static void end() {
        link.end();
        watch.close();
        time.close();
        redis.close();
    }

    @Override
    protected KeyStore store() {
        return store;
    }

    @Override
    protected <T> T asked(Consumer<Asking<T>> ask) {
        return time.asked(then -> ask.accept(new Asking<>(time.loop(), then)));
    }

    @Override
    protected void passes(Duration duration) {
        time.passes(duration);
    }

    @Test
    void anotherServiceHasItsOwnKeys() {
        KeyId key = owner().id();
        KeyStore other = new RedisKeyStore("others", link);
        Claim same = claim(key);
        assertThat(this.<Found>asked(asking -> other.claim(same, asking.loop(), asking.then())))
                .isEqualTo(new Found.Owned(false));
    }

    @Test
    void aRedisWithoutRoomRefusesClaimsAndMakesAnswersUnknown() throws Exception {
        Claim owner = owner();
        redis.say("CONFIG SET maxmemory 1");
        try {
            assertThat(found(key())).isEqualTo(new Found.Failed("Redis answers OOM"));
            assertThat(renew(owner)).isEqualTo(Written.DONE);
            assertThat(finish(owner, new Ending.Answered(answer("much")))).isEqualTo(Written.FULL);
            assertThat(found(owner.id())).isEqualTo(new Found.Unknown(Loss.NOT_SAID));
        } finally {
            redis.say("CONFIG SET maxmemory 0");
        }
    }

    @Test
    void aLeaseAndAnAnswerAreForgottenByRedisItself() throws Exception {
        Claim owner = owner();
        finish(owner, new Ending.Answered(answer("done")));
        passes(LEASE.plus(KEEP_FOR).plus(Duration.ofMillis(300))); // the index may last as long as a lease besides
        String key = "outrigger:tests:key:{" + owner.id().place() + "}";
        assertThat(redis.say("EXISTS " + key + " " + key + ":" + owner.id().caller()))
                .isEqualTo(":0");
    }
}
