package io.outrigger.exchange;

/** Completes or fails the reply of a response that was at hand, when its body has been read. Confined to one loop. */
final class EndingBody extends PassingBody {
    private final Reply reply;

    EndingBody(Body body, Reply reply) {
        super(body);
        this.reply = reply;
    }

    @Override
    public void discard(Failure why) {
        super.discard(why);
        reply.complete();
    }

    @Override
    public void end(Headers trailers) {
        super.end(trailers);
        reply.complete();
    }

    @Override
    public void fail(Failure why) {
        super.fail(why);
        reply.fail(why);
    }
}
