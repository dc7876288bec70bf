package io.outrigger.exchange;

/** Completes or fails the reply of a response that was at hand, when its body has been read. Confined to one loop. */
final class EndingBody implements Body, Body.Sink {
    private final Body body;
    private final Reply reply;
    private Sink sink = this; // the reader, once there is one

    EndingBody(Body body, Reply reply) {
        this.body = body;
        this.reply = reply;
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    public void pushTo(Sink reader) {
        sink = reader;
        body.pushTo(this);
    }

    @Override
    public void resume() {
        body.resume();
    }

    @Override
    public void discard(Failure why) {
        body.discard(why);
        reply.complete();
    }

    @Override
    public boolean chunk(io.netty.buffer.ByteBuf bytes) {
        return sink.chunk(bytes);
    }

    @Override
    public void end(Headers trailers) {
        sink.end(trailers);
        reply.complete();
    }

    @Override
    public void fail(Failure why) {
        sink.fail(why);
        reply.fail(why);
    }
}
