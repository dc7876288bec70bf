package io.outrigger.proxy.explain;

import io.outrigger.config.Address;
import io.outrigger.config.LimitsConfig;
import io.outrigger.config.ListenerConfig;
import io.outrigger.config.ReadResult;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.proxy.http1.HeadLimits;
import io.outrigger.proxy.http1.RequestHead;
import io.outrigger.proxy.http1.RequestScanner;
import io.outrigger.proxy.route.CompiledRoute;
import io.outrigger.proxy.route.RouteTable;
import io.outrigger.proxy.route.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Explains what a configuration would do with a request. Immutable. */
public final class Explainer {
    private final ReadResult.Ok read;
    private final Snapshot snapshot;

    /** @param snapshot of that configuration */
    public Explainer(ReadResult.Ok read, Snapshot snapshot) {
        this.read = read;
        this.snapshot = snapshot;
    }

    /** For a configuration that is not in force: nothing is begun for it. */
    public static Explainer of(ReadResult.Ok read) {
        Failure nowhere = Failure.of(Failure.Kind.INTERNAL, "nothing is sent while explaining");
        return new Explainer(
                read, Snapshot.compile(read.config(), _ -> (_, _) -> Reply.failed(nowhere), Instant.EPOCH));
    }

    public Explanation explain(Asked asked) {
        ListenerConfig listener = listener(asked.authority());
        String line = asked.method() + " " + asked.target();
        RequestScanner scanner = new RequestScanner();
        byte[] bytes = asked.head(listener.address().toString());
        scanner.scan(bytes, bytes.length, limits(listener.limits()));
        RequestHead head = scanner.head();
        if (head == null) {
            Failure failure = scanner.failure();
            Failure why = failure == null ? Failure.of(Failure.Kind.BAD_REQUEST, "incomplete") : failure;
            return new Explanation(listener.name(), line, Map.of(), "", List.of(Step.of("listener", answer(why))));
        }
        Request request = head.request(Body.EMPTY);
        RouteTable.Look look = snapshot.table(listener.name()).look(request);
        CompiledRoute route = look.taker();
        String full = line + " for host " + request.host();
        if (route == null) {
            Failure why = Failure.of(Failure.Kind.NO_ROUTE, "no route takes it");
            return new Explanation(listener.name(), full, look.passed(), "", List.of(Step.of("listener", answer(why))));
        }
        List<Step> steps = new Steps(read, route, request).inOrder();
        return new Explanation(listener.name(), full, look.passed(), route.name(), steps);
    }

    /** The one whose address the URL names, else the first one: clients call it by many names. */
    private ListenerConfig listener(String authority) {
        List<ListenerConfig> all = read.config().listeners();
        return all.stream()
                .filter(one -> one.address().toString().equals(authority)
                        || one.address() instanceof Address.Tcp tcp && authority.equals("localhost:" + tcp.port()))
                .findFirst()
                .orElse(all.getFirst());
    }

    private static HeadLimits limits(LimitsConfig limits) {
        return new HeadLimits(
                limits.headerBytes().bytesAsInt(),
                limits.headerCount(),
                limits.uriBytes().bytesAsInt());
    }

    private static String answer(Failure why) {
        return "answers " + why.kind().status() + ", " + why.kind().cause() + ": " + why.detail();
    }
}
