package io.outrigger.filter.fallback;

import io.netty.buffer.Unpooled;
import io.outrigger.config.FallbackConfig;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.ReplayBody;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import org.jspecify.annotations.Nullable;

/** Answers as the upstream did last to the same request, and keeps what it answers well. Immutable. */
final class StaleRung implements Rung {
    private static final HeaderName AGE = HeaderName.of("age");
    private static final HeaderName CACHE_STATUS = HeaderName.of("cache-status");
    private static final String FORWARDED_IN_VAIN = "outrigger; fwd=stale"; // RFC 9211 §2.2

    private final FallbackConfig.Rung.Stale config;
    private final StaleStore store;
    private final BufferBudget buffers;

    StaleRung(FallbackConfig.Rung.Stale config, StaleStore store, BufferBudget buffers) {
        this.config = config;
        this.store = store;
        this.buffers = buffers;
    }

    @Override
    public Degraded kind() {
        return Degraded.STALE;
    }

    @Override
    public @Nullable Reply answer(Exchange exchange, Request request, @Nullable ReplayBody unread) {
        long now = exchange.nanoTime();
        if (!concerns(request)) {
            return null;
        }
        StaleAnswer kept = store.find(request, config.maxAge().toNanos(), now);
        if (kept == null || !kept.isPublic() && CacheControl.isPersonal(request)) {
            return null;
        }
        Headers headers =
                kept.headers().with(AGE, Long.toString(kept.ageSeconds(now))).plus(CACHE_STATUS, FORWARDED_IN_VAIN);
        return Reply.of(new Response(200, headers, Body.of(Unpooled.wrappedBuffer(kept.body()))));
    }

    static boolean concerns(Request request) {
        return request.method().equals("GET");
    }

    /**
     * Keeps a good answer once it is complete, if it may be kept. One that may not takes the place of the one before,
     * too: whatever that said, it is not the last any more.
     *
     * @param reply whose head it is
     * @return the head to go on with
     */
    Response keep(Exchange exchange, Request request, Reply reply, Response head) {
        long cap = Math.min(config.maxBody().bytes(), config.maxBytes().bytes());
        CacheControl control = CacheControl.of(head.headers());
        if (!control.allowsKeeping(request, head.headers()) || head.body().length() > cap) {
            store.forget(request);
            return head;
        }
        long now = exchange.nanoTime();
        StaleStore.Place place = StaleStore.Place.of(request, head.headers());
        Headers headers = StaleAnswer.copy(head.headers());
        Capture capture = new Capture(
                head.body(),
                Math.toIntExact(cap),
                buffers,
                body -> store.keep(
                        place,
                        new StaleAnswer(headers, body, control.isPublic(), now),
                        config.maxBytes().bytes()));
        reply.onEnd(_ -> capture.drop());
        return head.withBody(capture);
    }
}
