package io.outrigger.filter.retry;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Loop;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One processor that all requests share in equal parts: each takes the longer the more there are. Confined to one loop.
 */
final class SlowingUpstream implements Service {
    private final Loop loop;
    private final double workNanos; // of one request, alone
    private final boolean worksOn; // whether a request whose client has left is worked at to its end
    private final List<Job> jobs = new ArrayList<>();
    private long movedNanos; // until when the work is accounted for
    private Loop.@Nullable Timer next;
    private int received;

    private static final class Job {
        final Reply reply;
        double left;

        Job(Reply reply, double left) {
            this.reply = reply;
            this.left = left;
        }
    }

    SlowingUpstream(Loop loop, int perSecond, boolean worksOn) {
        this.loop = loop;
        this.workNanos = 1e9 / perSecond;
        this.worksOn = worksOn;
        this.movedNanos = loop.nanoTime();
    }

    /** How many requests it has got. */
    int received() {
        return received;
    }

    @Override
    public Reply send(Exchange exchange, Request request) {
        received++;
        work();
        Job[] its = new Job[1];
        Reply reply = new Reply(why -> left(its[0]));
        its[0] = new Job(reply, workNanos);
        jobs.add(its[0]);
        request.body().pushTo(new Read());
        plan();
        return reply;
    }

    private void left(Job job) {
        if (!worksOn) {
            work();
            jobs.remove(job);
            plan();
        }
    }

    /** Brings the work up to now. */
    private void work() {
        long now = loop.nanoTime();
        double share = (now - movedNanos) / (double) Math.max(1, jobs.size());
        jobs.forEach(job -> job.left -= share);
        movedNanos = now;
    }

    private void plan() {
        if (next != null) {
            next.cancel();
            next = null;
        }
        double least = jobs.stream().mapToDouble(job -> job.left).min().orElse(-1);
        if (!jobs.isEmpty()) {
            next = loop.after((long) Math.ceil(Math.max(0, least) * jobs.size()), this::finish);
        }
    }

    private void finish() {
        next = null;
        work();
        List<Job> done = jobs.stream().filter(job -> job.left < 1).toList();
        jobs.removeAll(done);
        for (Job job : done) {
            if (!job.reply.ended()) {
                job.reply.answer(new Response(200, Headers.NONE, Body.EMPTY));
                job.reply.complete();
            }
        }
        plan();
    }

    /** Reads a request that has no body. */
    private static final class Read implements Body.Sink {
        @Override
        public boolean chunk(ByteBuf bytes) {
            bytes.release();
            return true;
        }

        @Override
        public void end(Headers trailers) {}

        @Override
        public void fail(Failure why) {}
    }
}
