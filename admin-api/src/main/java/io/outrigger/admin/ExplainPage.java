package io.outrigger.admin;

import java.util.List;
import java.util.function.Consumer;

/** Says which route would take a request, and what would happen to it then. Immutable. */
record ExplainPage(ProxyView proxy) implements Page {
    private static final int MOST_HEADERS = 100;

    Operation operation() {
        Schema passed = Schema.object("A route that does not take it.")
                .with("route", Schema.text("Its name."))
                .with("why", Schema.text("What it wants otherwise."));
        Schema step = Schema.object("What happens to it.")
                .with("by", Schema.text("The filter, or whatever else does it."))
                .with("does", Schema.text("In a sentence."))
                .withOptional("settings", Schema.anything("From the effective configuration."));
        return Operation.get("/explain", Operation.Audience.OPERATORS, this, () -> Description.of(
                        "Which route would take a request, and what would happen step by step; nothing is sent.")
                .query("method", "Its method.", "GET")
                .query("url", "The URL that a client would ask for, or its path.", "http://payments/v1/charges")
                .queries("header", "A header of it, as name: value.", "x-tenant: acme")
                .answers(
                        200,
                        "What would happen.",
                        Schema.object("What would happen.")
                                .with("request", Schema.text("As it was understood."))
                                .with("listener", Schema.text("Where it would come in."))
                                .with("passed", Schema.list("The routes before, in order.", passed))
                                .withOptional("route", Schema.text("That takes it; missing where none does."))
                                .with("steps", Schema.list("In order, outermost filter first.", step)))
                .refuses(400, "There is no method, or no url, or more than one; or a header is none."));
    }

    @Override
    public void show(Ask ask, Consumer<Content> then) {
        List<String> methods = ask.query("method");
        List<String> urls = ask.query("url");
        List<String> headers = ask.query("header");
        if (methods.size() != 1 || urls.size() != 1) {
            then.accept(Content.problem(400, "method and url: each once (expected: /explain?method=GET&url=/path)"));
        } else if (headers.size() > MOST_HEADERS || headers.stream().anyMatch(line -> line.indexOf(':') < 1)) {
            then.accept(Content.problem(400, "header: name: value (expected: at most " + MOST_HEADERS + " of these)"));
        } else {
            then.accept(Content.json(200, proxy.explain(methods.getFirst(), urls.getFirst(), headers)));
        }
    }
}
