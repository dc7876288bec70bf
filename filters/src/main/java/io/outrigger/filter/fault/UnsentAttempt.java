package io.outrigger.filter.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.Fault;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that goes to no endpoint: its request is read as one would read it, and then answered with a status, reset,
 * or left alone. To all above it is an attempt like others, which the upstream may have processed. Confined to one loop.
 */
final class UnsentAttempt implements Body.Sink {
    /** What stands for its endpoint in logs and traces. */
    static final String ENDPOINT = "(fault)";

    private static final HeaderName EXPECT = HeaderName.of("expect");
    private static final Failure UNREAD =
            Failure.of(Failure.Kind.RESET, "the answer came before the end of the request");

    private final Hit hit;
    private final Request request;
    private final Fault.Instead fault;
    private final long idleNanos;
    private final FaultFilter.Attempts attempts;
    private final Attempt attempt;
    private final Reply reply = new Reply(this::settle);
    private @Nullable Wait wait; // null unless something is waited for
    private boolean late; // whether the answer has to wait still
    private boolean read; // whether the end of the request has come

    UnsentAttempt(Hit hit, Request request, Fault.Instead fault, long idleNanos, FaultFilter.Attempts attempts) {
        this.hit = hit;
        this.request = request;
        this.fault = fault;
        this.idleNanos = idleNanos;
        this.attempts = attempts;
        this.attempt = new Attempt(ENDPOINT, hit.exchange().nanoTime(), hit.sending());
    }

    /** @param lateNanos how long the answer has to wait; 0 for not at all */
    Reply begin(long lateNanos) {
        hit.exchange().begin(attempt);
        attempt.begin();
        if (lateNanos > 0) {
            late = true;
            wait = Wait.begin(hit, lateNanos, () -> {
                late = false;
                act();
            });
        }
        if (fault != Fault.Plain.BLACKHOLE && request.headers().has(EXPECT)) {
            read = true; // a client that waits for leave to send gets its answer instead
            act();
        } else {
            request.body().pushTo(this);
        }
        return reply;
    }

    @Override
    public boolean chunk(ByteBuf bytes) {
        bytes.release();
        return true;
    }

    @Override
    public void end(Headers trailers) {
        read = true;
        attempt.sent(hit.exchange().nanoTime());
        act();
    }

    @Override
    public void fail(Failure why) {
        settle(why);
        reply.fail(why);
    }

    private void act() {
        if (!read || late || attempt.ended()) {
            return;
        }
        switch (fault) {
            case Fault.Abort abort -> answer(abort.status());
            case Fault.Plain.RESET -> reply.fail(reset("the connection was reset"));
            case Fault.Plain.BLACKHOLE -> wait = Wait.begin(hit, idleNanos, this::silent);
        }
    }

    private void answer(int status) {
        attempt.answered(status);
        settle(null);
        reply.follow(Reply.of(response(status)));
    }

    /** It has been silent for as long as an endpoint may be, or nothing is to be held back any more. */
    private void silent() {
        if (hit.over()) {
            reply.fail(reset("the connection was reset when the experiment ended"));
            return;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(idleNanos);
        reply.fail(Failure.of(Failure.Kind.ATTEMPT_TIMEOUT, "no byte came for " + millis + " ms, " + hit.whose()));
    }

    private Failure reset(String what) {
        return Failure.of(Failure.Kind.RESET, what + ", " + hit.whose());
    }

    /** The reply has failed, from above or by what is injected; or, with null, it has been answered. */
    private void settle(@Nullable Failure why) {
        if (attempt.ended()) {
            return;
        }
        if (wait != null) {
            wait.cancel();
        }
        attempt.end(why, hit.exchange().nanoTime());
        if (attempt.sentNanos() == 0) {
            request.body().discard(why == null ? UNREAD : why);
        }
        attempts.ended(hit.exchange(), attempt);
    }

    /** As answers of the proxy's own look; none of the texts has characters that JSON would have written otherwise. */
    private Response response(int status) {
        Exchange exchange = hit.exchange();
        String detail = "abort " + status + ", " + hit.whose();
        String json =
                "{\"type\":\"urn:outrigger:problem:fault-injected\",\"title\":\"A fault was injected\",\"status\":"
                        + status + ",\"detail\":\"" + detail + "\",\"route\":\"" + exchange.route()
                        + "\",\"requestId\":\""
                        + exchange.identity().requestId() + "\"}\n";
        byte[] content = json.getBytes(StandardCharsets.UTF_8);
        Headers headers = Headers.of(
                "content-type",
                "application/problem+json",
                "proxy-status",
                "outrigger; error=proxy_internal_response; details=\"" + detail + "\"");
        return new Response(status, headers, Body.of(Unpooled.wrappedBuffer(content)));
    }
}
