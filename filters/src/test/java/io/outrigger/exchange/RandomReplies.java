package io.outrigger.exchange;

import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeCall;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A tree of replies that was composed by chance in every way there is, and a client that reads its root: the program
 * that {@link ReplyProgramsTest} runs events against. Confined to one loop.
 */
final class RandomReplies {
    static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "the client of the program left");
    private static final Failure MEDDLED = Failure.of(Failure.Kind.DEADLINE, "a listener meddled");
    private static final int STATUSES = 3;

    /** A reply of the tree, and those that it was made of. */
    record Node(Reply reply, Told told, List<Node> parts) {
        boolean allEnded() {
            return told.ended() && parts.stream().allMatch(Node::allEnded);
        }
    }

    private final RandomGenerator random;
    private final ManualLoop loop = new ManualLoop();
    private final Exchange exchange = Exchanges.on(loop);
    private final FakeUpstream upstream = new FakeUpstream();
    private final Chunks chunks = new Chunks();
    private final List<PushedBody> bodies = new ArrayList<>();
    private final List<Deferred> queue = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    final Node root;
    private @Nullable Body read; // what the client reads; null until there is a head
    private @Nullable RecordingSink client;

    RandomReplies(RandomGenerator random) {
        this.random = random;
        this.root = compose(4);
        root.reply.onAnswer(answer -> {
            if (answer instanceof Response head && !root.reply.ended()) {
                receive(head.body());
            }
        });
    }

    ManualLoop loop() {
        return loop;
    }

    Chunks chunks() {
        return chunks;
    }

    List<Node> nodes() {
        return nodes;
    }

    /** Something happens, somewhere. */
    void event() {
        switch (random.nextInt(6)) {
            case 0, 1 -> upstreamActs();
            case 2 -> bodyGoesOn();
            case 3 -> loop.advanceMillis(random.nextInt(4));
            case 4 -> startDeferred();
            default -> clientGoesOn();
        }
    }

    /** Everything that waits comes about, until the root has ended. */
    void playToTheEnd() {
        for (int i = 0; i < 100 && !root.told.ended(); i++) {
            loop.advanceMillis(10);
            while (!queue.isEmpty()) {
                startDeferred();
            }
            for (int call = 0; call < upstream.calls(); call++) {
                if (!upstream.call(call).reply().answered()) {
                    upstream.call(call).answer(200);
                }
            }
            bodies.stream().filter(body -> body.discarded() == null).forEach(PushedBody::end);
            bodies.clear();
            clientGoesOn();
        }
    }

    // ---- the tree

    private Node compose(int depth) {
        int kind = depth == 0 ? random.nextInt(3) : random.nextInt(12);
        List<Node> parts = new ArrayList<>(2);
        Reply reply =
                switch (kind) {
                    case 0, 1 -> upstream.send(exchange, Exchanges.get());
                    case 2 -> atHand();
                    case 3, 4, 5 -> {
                        Node first = part(parts, depth);
                        yield first.reply.then(_ -> random.nextBoolean() ? first.reply : part(parts, depth).reply);
                    }
                    case 6 -> part(parts, depth).reply.map(head -> head.withHeaders(Headers.of("x-mapped", "1")));
                    case 7, 8 ->
                        Race.between(part(parts, depth).reply, part(parts, depth).reply, head -> head.status() < 500);
                    case 9 -> exchange.later(random.nextInt(5_000_000), () -> part(parts, depth).reply);
                    case 10 -> {
                        Deferred deferred = new Deferred(() -> part(parts, depth).reply);
                        queue.add(deferred);
                        yield deferred.reply();
                    }
                    default -> {
                        Reply follower = new Reply(null);
                        follower.follow(part(parts, depth).reply);
                        yield follower;
                    }
                };
        int meddling = random.nextInt(24);
        if (meddling == 0) {
            reply.onAnswer(_ -> reply.fail(MEDDLED));
        }
        Node node = new Node(reply, Told.by(reply), parts);
        nodes.add(node);
        if (meddling == 1) {
            reply.onAnswer(_ -> reply.fail(MEDDLED));
        }
        return node;
    }

    private Node part(List<Node> parts, int depth) {
        Node part = compose(depth - 1);
        parts.add(part);
        return part;
    }

    private Reply atHand() {
        return switch (random.nextInt(3)) {
            case 0 -> Reply.failed(Failure.of(Failure.Kind.POOL_FULL, "by chance"));
            case 1 -> Reply.of(new Response(status(), Headers.NONE, Body.EMPTY));
            default -> Reply.of(new Response(status(), Headers.NONE, Body.of(chunks.of("at hand"))));
        };
    }

    // ---- events

    private void upstreamActs() {
        if (upstream.calls() == 0) {
            return;
        }
        FakeCall call = upstream.call(random.nextInt(upstream.calls()));
        if (random.nextInt(4) == 0) {
            call.fail(call.reply().answered() ? Failure.Kind.RESPONSE_CUT : Failure.Kind.RESET);
        } else if (!call.reply().answered()
                || call.reply().ended() && call.attempt().status() == 0) {
            answer(call); // where it was failed before, this is the late answer
        }
    }

    private void answer(FakeCall call) {
        if (random.nextInt(3) == 0) {
            call.answer(status());
            return;
        }
        PushedBody body = new PushedBody(chunks);
        bodies.add(body);
        if (random.nextBoolean()) {
            body.push("first");
        }
        call.answer(new Response(status(), Headers.NONE, body));
    }

    private void bodyGoesOn() {
        if (bodies.isEmpty()) {
            return;
        }
        PushedBody body = bodies.get(random.nextInt(bodies.size()));
        switch (random.nextInt(6)) {
            case 0 -> {
                bodies.remove(body);
                body.fail(Failure.of(Failure.Kind.RESPONSE_CUT, "by chance"));
            }
            case 1 -> {
                bodies.remove(body);
                body.end();
            }
            default -> body.push("more");
        }
    }

    private void startDeferred() {
        if (!queue.isEmpty()) {
            queue.remove(random.nextInt(queue.size())).start();
        }
    }

    private void receive(Body body) {
        if (random.nextInt(6) == 0) {
            body.discard(GONE);
            return;
        }
        read = body;
        client = new RecordingSink(1 + random.nextInt(3));
        body.pushTo(client);
    }

    private void clientGoesOn() {
        if (read != null && client != null && !root.reply.ended()) {
            client.demand(1 + random.nextInt(3));
            read.resume();
        }
    }

    private int status() {
        return new int[] {200, 404, 503}[random.nextInt(STATUSES)];
    }
}
