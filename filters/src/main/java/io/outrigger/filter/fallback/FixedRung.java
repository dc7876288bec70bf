package io.outrigger.filter.fallback;

import io.netty.buffer.Unpooled;
import io.outrigger.config.FallbackConfig;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.ReplayBody;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers what the configuration says. Immutable. */
final class FixedRung implements Rung {
    private final int status;
    private final Headers headers;
    private final byte[] body;

    FixedRung(FallbackConfig.Rung.Respond config) {
        List<String> namesAndValues = new ArrayList<>();
        config.headers().forEach((name, value) -> {
            namesAndValues.add(name);
            namesAndValues.add(value);
        });
        this.status = config.status();
        this.headers = Headers.of(namesAndValues.toArray(String[]::new));
        this.body = config.body().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Degraded kind() {
        return Degraded.STATIC;
    }

    @Override
    public Reply answer(Exchange exchange, Request request, @Nullable ReplayBody unread) {
        return Reply.of(new Response(status, headers, Body.of(Unpooled.wrappedBuffer(body))));
    }
}
