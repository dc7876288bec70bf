package io.outrigger.admin;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reload and drain, and how the last reloads went. Confined to one loop: that of the admin server. */
final class ControlPages {
    private final ProxyView proxy;
    private final EventLoop own;

    ControlPages(ProxyView proxy, EventLoop own) {
        this.proxy = proxy;
        this.own = own;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get(
                        "/config/history",
                        Operation.Audience.OPERATORS,
                        (_, then) -> then.accept(history()),
                        () -> Description.of(
                                        "What became of the file the last times that it was read, the very last first.")
                                .answers(
                                        200,
                                        "The start, and each change since.",
                                        Schema.object("The last reloads.")
                                                .with("reloads", Schema.list("The very last first.", reload())))),
                Operation.act(HttpMethod.POST, "/config/reload", this::reload, () -> Description.of(
                                "Reads the file now, without waiting for it to settle, and puts it in force.")
                        .answers(200, "It is in force, now or already.", reload())
                        .refuses(422, "It is not; what was in force stays.")),
                Operation.act(HttpMethod.POST, "/drain", this::drain, () -> Description.of(
                                "Ends the process once its app sends nothing more; it serves on until then.")
                        .answers(
                                202,
                                "It has begun.",
                                Schema.object("How it is.").with("status", Schema.word("In a word.", "draining")))));
    }

    private static Schema reload() {
        return Schema.object("What became of the file.")
                .with("at", Schema.moment("When."))
                .with("hash", Schema.text("SHA-256 of the file, in hex; empty when there was none."))
                .with("result", Schema.word("How it went.", "inForce", "unchanged", "refused"))
                .with(
                        "problems",
                        Schema.list("Why it is not in force.", Schema.text("FILE:LINE:COLUMN: PATH: MESSAGE")))
                .with("changes", Schema.text("What it changed, in a line."));
    }

    private void reload(Ask ask, Consumer<Content> then) {
        proxy.controls().reload(view -> {
            if (!own.isShuttingDown()) { // or the connection that waited goes with it
                own.execute(() -> then.accept(answer(view)));
            }
        });
    }

    private static Content answer(ReloadView view) {
        return view.result() == ReloadView.Result.REFUSED
                ? Content.problem(422, "the file is not in force (see problems)", Map.of("problems", view.problems()))
                : Content.json(200, tree(view));
    }

    private Content history() {
        return Content.json(
                200,
                Map.of(
                        "reloads",
                        proxy.reloads().stream().map(ControlPages::tree).toList()));
    }

    private static Map<String, Object> tree(ReloadView view) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("at", view.at().toString());
        tree.put("hash", view.hash());
        tree.put("result", word(view.result()));
        tree.put("problems", view.problems());
        tree.put("changes", view.changes());
        return tree;
    }

    private static String word(ReloadView.Result result) {
        return switch (result) {
            case IN_FORCE -> "inForce";
            case UNCHANGED -> "unchanged";
            case REFUSED -> "refused";
        };
    }

    private void drain(Ask ask, Consumer<Content> then) {
        proxy.controls().drain();
        then.accept(Content.json(202, Map.of("status", "draining")));
    }
}
