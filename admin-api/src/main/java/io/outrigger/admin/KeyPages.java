package io.outrigger.admin;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpMethod;
import io.outrigger.exchange.Loop;
import io.outrigger.filter.idempotency.RouteKeys;
import io.outrigger.filter.idempotency.Seen;
import io.outrigger.filter.idempotency.Seen.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Logger;

/** Shows an idempotency key of a route, and frees one whose answer was lost. Confined to one loop: that of the admin server. */
final class KeyPages {
    private static final Logger LOG = Logger.getLogger(KeyPages.class.getName());
    private static final String PATH = "/routes/{name}/keys/{key}";
    private static final String RELEASED = "released"; // the state of a key that an operator has just freed
    private static final int CALLER_DIGITS = 16; // enough to tell them apart

    private final ProxyView proxy;
    private final EventLoop own;

    KeyPages(ProxyView proxy, EventLoop own) {
        this.proxy = proxy;
        this.own = own;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get(
                        PATH,
                        Operation.Audience.OPERATORS,
                        this::look,
                        () -> keys("What is known of an idempotency key: of each caller who has used it.")
                                .answers(200, "It has been used.", schema(word(State.UNKNOWN)))
                                .refuses(404, "Nobody has used it lately, or the route has no keys.")
                                .refuses(503, "The store cannot be asked.")),
                Operation.act(
                        HttpMethod.DELETE,
                        PATH,
                        this::release,
                        () -> keys("Frees an idempotency key whose answer was lost, so that it may be used again.")
                                .answers(200, "It is free; what each caller's is now.", schema(RELEASED))
                                .refuses(404, "Nobody has used it lately, or the route has no keys.")
                                .refuses(409, "It is in flight, or has an answer.")
                                .refuses(503, "The store cannot be asked.")));
    }

    private static Description keys(String summary) {
        return Description.of(summary)
                .path("name", "The name of the route, percent-encoded.", "charge")
                .path("key", "The key, with or without quotes, percent-encoded.", "lost");
    }

    private static Schema schema(String lost) {
        Schema caller = Schema.object("The key of one caller.")
                .with("caller", Schema.text("Tells callers apart: a hash of the headers of scope."))
                .with("state", Schema.word("What it is.", word(State.IN_FLIGHT), word(State.ANSWERED), lost))
                .withOptional("status", Schema.count("Of the answer, where there is one."))
                .withOptional("leftMs", Schema.count("Until it is forgotten; in flight: until its lease ends."));
        return Schema.object("A key.").with("callers", Schema.list("Each of them.", caller));
    }

    private void look(Ask ask, Consumer<Content> then) {
        asked(ask, (keys, loop, told) -> keys.look(ask.name("key"), loop, told), KeyPages::shown, then);
    }

    private void release(Ask ask, Consumer<Content> then) {
        asked(
                ask,
                (keys, loop, told) -> keys.release(ask.name("key"), loop, told),
                before -> released(ask, before),
                then);
    }

    private interface Question {
        void ask(RouteKeys keys, Loop loop, Consumer<Seen> told);
    }

    /** The store is asked on a loop of the data path, as by everybody, and answers here. */
    private void asked(Ask ask, Question question, Function<Seen, Content> answer, Consumer<Content> then) {
        String route = ask.name("name");
        Optional<RouteKeys> keys = proxy.keys(route);
        if (keys.isEmpty()) {
            boolean there = proxy.routes().stream().anyMatch(one -> one.name().equals(route));
            then.accept(Content.problem(
                    404, "route " + route + (there ? ": it has no idempotency" : ": there is none of that name")));
            return;
        }
        if (!RouteKeys.isKey(ask.name("key"))) {
            then.accept(unused());
            return;
        }
        Loop loop = proxy.loops().getFirst();
        loop.execute(() -> question.ask(keys.get(), loop, seen -> {
            if (!own.isShuttingDown()) { // or the connection that waited goes with it
                own.execute(() -> then.accept(answer.apply(seen)));
            }
        }));
    }

    private static Content shown(Seen seen) {
        if (!seen.failure().isEmpty()) {
            return Content.problem(503, seen.failure());
        }
        return seen.entries().isEmpty() ? unused() : Content.json(200, tree(seen, KeyPages::one));
    }

    private static Content released(Ask ask, Seen before) {
        boolean held = before.entries().stream().anyMatch(entry -> entry.state() == State.UNKNOWN);
        if (held) {
            LOG.info(() -> "route " + ask.name("name") + ": an operator has freed a key of callers "
                    + before.entries().stream()
                            .filter(entry -> entry.state() == State.UNKNOWN)
                            .map(KeyPages::caller)
                            .toList());
        }
        if (held) {
            return Content.json(200, tree(before, KeyPages::afterwards));
        }
        if (before.entries().isEmpty() || !before.failure().isEmpty()) {
            return shown(before);
        }
        return Content.problem(409, "the key is in flight or has an answer (expected: one whose answer was lost)");
    }

    private static Content unused() {
        return Content.problem(404, "nobody has used this key lately");
    }

    private static Map<String, Object> tree(Seen seen, Function<Seen.Entry, Map<String, Object>> one) {
        return Map.of("callers", seen.entries().stream().map(one).toList());
    }

    /** What became of it: nothing is left of one whose answer was lost, and the others are as they were. */
    private static Map<String, Object> afterwards(Seen.Entry before) {
        if (before.state() != State.UNKNOWN) {
            return one(before);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("caller", caller(before));
        tree.put("state", RELEASED);
        return tree;
    }

    private static Map<String, Object> one(Seen.Entry entry) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("caller", caller(entry));
        tree.put("state", word(entry.state()));
        if (entry.status() != 0) {
            tree.put("status", entry.status());
        }
        tree.put("leftMs", entry.leftMillis());
        return tree;
    }

    private static String caller(Seen.Entry entry) {
        return entry.caller().toString().substring(0, CALLER_DIGITS);
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
