package io.outrigger.proxy.downstream;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Tunnel;
import io.outrigger.proxy.http1.HeadWriter;
import io.outrigger.proxy.http1.HeadWriter.Framing;
import io.outrigger.proxy.http1.RequestHead;
import io.outrigger.proxy.http1.Workbench;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a reply brings to the client: the head together with the first bytes of the body, the rest with
 * demand, the trailers; or the problem that a failure is. Confined to one loop.
 */
final class ClientResponse implements Consumer<Answer>, Body.Sink, Exchange.InterimListener {
    private static final HeaderName CONTENT_LENGTH = HeaderName.of("content-length");
    private static final Failure UNREAD = Failure.of(Failure.Kind.CLIENT_GONE, "the response has no content");

    private final ServerConnection connection;
    private final Exchange exchange;
    private final HeadWriter heads = Workbench.current().heads();
    private final boolean http10;
    private final boolean headMethod;
    private @Nullable Body body; // null until the head has come
    private boolean problem; // the answer is ours: a reply that has failed does not end it
    private boolean hasContent;
    private boolean endless; // with content whose length is not known: in chunks, or up to the end of the connection
    private boolean tunnel;
    private boolean close; // whether no other request may follow
    private boolean over;

    /** For a request; null for one whose head could not be read. */
    ClientResponse(ServerConnection connection, Exchange exchange, @Nullable RequestHead request) {
        this.connection = connection;
        this.exchange = exchange;
        this.http10 = request != null && request.minor() == 0;
        this.headMethod = request != null && request.method().equals("HEAD");
        this.close = request == null || !request.persistent();
    }

    @Override
    public void interim(int status, Headers headers) {
        // what the client is too slow to read is left out: interim responses are hints, but for the one it waits for
        if (!http10 && body == null && (status == 100 || connection.wire.writable())) {
            heads.interim(status, headers);
            heads.write(connection.wire.context());
        }
    }

    @Override
    public void accept(Answer answer) {
        try {
            write(answer);
        } catch (RuntimeException | OutOfMemoryError e) {
            broke(e);
        }
    }

    private void write(Answer answer) {
        if (answer instanceof Response head) {
            begin(head);
            return;
        }
        Failure why = (Failure) answer;
        if (why.kind() == Failure.Kind.CLIENT_GONE) {
            abort(why);
            return;
        }
        problem = true;
        close |= Problem.endsConnection(why);
        connection.dropBody(why);
        begin(Problem.of(why, exchange, connection.wire.context().alloc()));
    }

    private void begin(Response response) {
        body = response.body();
        writeHead(response);
        if (!hasContent && !tunnel && response.body() != Body.EMPTY) {
            end(Headers.NONE); // whoever made it: content would be taken for the next response
            response.body().discard(UNREAD);
            return;
        }
        body.pushTo(this);
        heads.write(connection.wire.context());
        if (tunnel && !over) {
            connection.tunnel((Tunnel) response.body());
        }
    }

    private void writeHead(Response response) {
        int status = response.status();
        tunnel = status == 101;
        Headers headers = response.headers();
        boolean mayHaveContent = status != 204 && status != 304 && !tunnel;
        hasContent = mayHaveContent && !headMethod;
        long length = response.body().length();
        if (hasContent && length < 0) {
            endless = true;
            close |= http10;
        } else if (mayHaveContent && (hasContent || length > 0) && !headers.has(CONTENT_LENGTH)) {
            // HEAD is told what GET would get (RFC 9110 §9.3.2); what an upstream answers to it has no content, and
            // passes
            headers = headers.plus(CONTENT_LENGTH, Long.toString(length));
        }
        close |= !connection.mayFollow();
        Framing framing = chunked() ? Framing.CHUNKED : tunnel ? Framing.UPGRADED : Framing.AS_IT_IS;
        byte[] date = Workbench.current().date();
        heads.response(status, headers, exchange.identity(), date, framing, close && !tunnel, http10);
    }

    private boolean chunked() {
        return endless && !http10;
    }

    @Override
    public boolean chunk(ByteBuf bytes) {
        if (over || !bytes.isReadable()) {
            bytes.release();
            return true;
        }
        try {
            heads.write(connection.wire.context(), bytes, chunked());
        } catch (RuntimeException | OutOfMemoryError e) {
            broke(e);
        }
        return connection.wire.writable();
    }

    @Override
    public void end(Headers trailers) {
        if (over) {
            return;
        }
        if (tunnel) {
            connection.wire.endOutput(() -> {});
            return;
        }
        over = true;
        try {
            if (chunked()) {
                heads.lastChunk(trailers);
            }
            heads.write(connection.wire.context());
            connection.answered(!close);
        } catch (RuntimeException | OutOfMemoryError e) {
            broke(e);
        }
    }

    @Override
    public void fail(Failure why) {
        abort(why);
    }

    /** The reply has ended; a response that is not complete by now never will be. */
    void ended(Outcome outcome) {
        if (outcome.failure() != null) {
            if (!problem) {
                abort(outcome.failure());
            }
        } else if (tunnel && !over) {
            over = true;
            connection.answered(false);
        }
    }

    /** The client has gone. */
    Failure gone() {
        return Failure.of(Failure.Kind.CLIENT_GONE, "the client closed its connection")
                .delivered(exchange.delivery());
    }

    /** The proxy itself goes. */
    Failure cut() {
        return Failure.of(Failure.Kind.DEADLINE, "the proxy is ending and waits no longer")
                .delivered(exchange.delivery());
    }

    /** The client reads again. */
    void writable() {
        if (body != null && !over) {
            body.resume();
        }
    }

    /**
     * Nothing more can be written. Whoever brought it may be anybody, a timer or another connection, who could not
     * tell the client.
     */
    private void broke(Throwable cause) {
        over = true;
        heads.clear();
        connection.wire.close(cause); // and its end fails the reply
    }

    /** Ends the connection so that the client sees that the response is not complete. */
    private void abort(Failure why) {
        if (over) {
            return;
        }
        over = true;
        heads.clear();
        if (endless && http10) {
            connection.wire.reset(); // an orderly end would look like the end of the content
        } else if (why.kind() == Failure.Kind.CLIENT_GONE) {
            connection.wire.close(); // nobody reads what was written
        } else {
            connection.cut();
        }
    }
}
