package io.outrigger.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.StoreConfig;
import io.outrigger.filter.idempotency.Claim;
import io.outrigger.filter.idempotency.Found;
import io.outrigger.filter.idempotency.KeyStore;
import io.outrigger.fixtures.KeyStoreContract;
import io.outrigger.fixtures.RedisCluster;
import io.outrigger.proxy.tls.FileWatch;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every store of keys does, with a real Redis Cluster of two nodes, each with half of the slots. */
class ClusterKeyStoreTest extends KeyStoreContract {
    private static RedisCluster cluster;
    private static RealTime time;
    private static FileWatch watch;
    private static RedisLink link;
    private static KeyStore store;

    @BeforeAll
    static void start() throws Exception {
        cluster = RedisCluster.start(2);
        time = new RealTime();
        watch = new FileWatch();
        StoreConfig.Redis config = new StoreConfig.Redis(
                URI.create(cluster.uri()), Duration.ofSeconds(5), Optional.empty(), Optional.empty());
        link = new RedisLink("shared", config, watch);
        link.begin();
        store = new RedisKeyStore("tests", link);
    }

    @AfterAll
    static void end() {
        link.end();
        watch.close();
        time.close();
        cluster.close();
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
    void keysAreOnBothNodes() throws Exception {
        for (int i = 0; i < 32; i++) {
            Claim claim = claim(key());
            assertThat(claim(claim)).isEqualTo(new Found.Owned(false));
        }
        for (var node : cluster.nodes()) {
            assertThat(node.say("DBSIZE")).isNotEqualTo(":0");
        }
    }
}
