package io.outrigger.proxy.store;

import io.outrigger.config.RateLimitConfig;
import io.outrigger.exchange.Loop;
import io.outrigger.filter.ratelimit.SharedBuckets;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Buckets in Redis, by its own clock: sidecars need not agree on the time. Shared by all loops. */
final class RedisBuckets implements SharedBuckets {
    /**
     * A bucket is the moment at which it is full again, in microseconds; when that has passed the key is gone, as a full
     * bucket is as good as none. Counted from 2025 on, so that a double has room for parts of microseconds.
     */
    private static final Script TAKE = Script.of("""
            local time = redis.call('TIME')
            local now = (time[1] - 1750000000) * 1000000 + time[2]
            local each = tonumber(ARGV[1])
            local most = each * ARGV[2]
            local full = tonumber(redis.call('GET', KEYS[1]) or now)
            local missing = math.min(math.max(full - now, 0), most)
            if missing + each > most + 0.5 then
              return {math.ceil(missing + each - most)}
            end
            local left = math.max(1, math.ceil((missing + each) / 1000))
            redis.call('SET', KEYS[1], string.format('%.3f', now + missing + each), 'PX', left)
            return {0}
            """);

    private final String prefix;
    private final RedisLink link;

    RedisBuckets(String service, RedisLink link) {
        this.prefix = "outrigger:" + service + ":rate:";
        this.link = link;
    }

    @Override
    public void take(String bucket, RateLimitConfig config, Loop loop, Taking then) {
        double each = (double) TimeUnit.SECONDS.toMicros(1) / config.requestsPerSecond();
        link.ask(
                TAKE,
                List.of(bytes(prefix + bucket)),
                List.of(bytes(Double.toString(each)), bytes(Integer.toString(config.burst()))),
                loop,
                result -> tell(result, then),
                then::failed);
    }

    private static void tell(Object result, Taking then) {
        if (result instanceof List<?> list && list.getFirst() instanceof Long micros) {
            if (micros == 0) {
                then.taken();
            } else {
                then.empty(TimeUnit.MICROSECONDS.toNanos(micros));
            }
        } else {
            then.failed("an answer that makes no sense");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
