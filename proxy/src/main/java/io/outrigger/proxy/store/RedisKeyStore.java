package io.outrigger.proxy.store;

import io.outrigger.exchange.Loop;
import io.outrigger.filter.idempotency.Claim;
import io.outrigger.filter.idempotency.Digest;
import io.outrigger.filter.idempotency.Digests;
import io.outrigger.filter.idempotency.Ending;
import io.outrigger.filter.idempotency.Found;
import io.outrigger.filter.idempotency.KeptAnswer;
import io.outrigger.filter.idempotency.KeyId;
import io.outrigger.filter.idempotency.KeyStore;
import io.outrigger.filter.idempotency.Loss;
import io.outrigger.filter.idempotency.Seen;
import io.outrigger.filter.idempotency.WholeAnswer;
import io.outrigger.filter.idempotency.Written;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** Keys in Redis, for all sidecars of a service. Each step is one script. Shared by all loops. */
final class RedisKeyStore implements KeyStore {
    private static final String NONSENSE = "an answer that makes no sense";

    private final String prefix;
    private final RedisLink link;
    private final KeyWatches watches = new KeyWatches(this::lease);

    /** @param service whose keys they are: others with routes of the same names have their own */
    RedisKeyStore(String service, RedisLink link) {
        this.prefix = "outrigger:" + service + ":key:";
        this.link = link;
    }

    @Override
    public Digests digests() {
        return Digests.SHARED;
    }

    @Override
    public void claim(Claim claim, Loop loop, Consumer<? super Found> then) {
        link.ask(
                KeyScripts.CLAIM,
                keys(claim.id()),
                List.of(
                        claim.fingerprint().bytes(),
                        number(claim.token()),
                        number(claim.lease().toMillis()),
                        number(claim.keepFor().toMillis()),
                        bytes(claim.lost().name()),
                        caller(claim.id())),
                loop,
                result -> then.accept(found(result)),
                why -> then.accept(new Found.Failed(why)));
    }

    @Override
    public void renew(Claim claim, Loop loop, Consumer<? super Written> then) {
        link.ask(
                KeyScripts.RENEW,
                keys(claim.id()),
                List.of(
                        number(claim.token()),
                        number(claim.lease().toMillis()),
                        number(claim.keepFor().toMillis()),
                        caller(claim.id())),
                loop,
                result -> then.accept(written(result)),
                _ -> then.accept(Written.FAILED));
    }

    @Override
    public void finish(Claim claim, Ending ending, Loop loop, Consumer<? super Written> then) {
        List<byte[]> arguments = new ArrayList<>(List.of(
                number(claim.token()),
                bytes(
                        switch (ending) {
                            case Ending.Answered _ -> "answered";
                            case Ending.Forgotten _ -> "forgotten";
                            case Ending.Unknown _ -> "unknown";
                        }),
                number(claim.keepFor().toMillis()),
                caller(claim.id())));
        switch (ending) {
            case Ending.Answered(WholeAnswer answer) ->
                arguments.add(answer.kept().bytes());
            case Ending.Unknown(Loss why) -> arguments.add(bytes(why.name()));
            case Ending.Forgotten() -> {}
        }
        link.ask(
                KeyScripts.FINISH,
                keys(claim.id()),
                arguments,
                loop,
                result -> {
                    watches.over(claim.id());
                    then.accept(written(result));
                },
                _ -> then.accept(Written.FAILED));
    }

    @Override
    public Loop.Timer watch(KeyId id, Loop loop, Runnable then) {
        return watches.watch(id, loop, then);
    }

    /** Tells how long the lease of a key lasts, in milliseconds; 0 where it is not in flight, or nobody knows. */
    private void lease(KeyId id, Loop loop, KeyWatches.Lease then) {
        link.ask(
                KeyScripts.LEASE,
                keys(id).subList(0, 1),
                List.of(),
                loop,
                result -> then.left(first(result) instanceof Long left ? left : 0),
                _ -> then.left(0));
    }

    @Override
    public void look(Digest place, Loop loop, Consumer<? super Seen> then) {
        look(place, "look", loop, then);
    }

    @Override
    public void release(Digest place, Loop loop, Consumer<? super Seen> then) {
        look(place, "release", loop, then);
    }

    private void look(Digest place, String how, Loop loop, Consumer<? super Seen> then) {
        link.ask(
                KeyScripts.LOOK,
                List.of(bytes(index(place))),
                List.of(bytes(index(place) + ":"), bytes(how)),
                loop,
                result -> then.accept(seen(result)),
                why -> then.accept(Seen.failed(why)));
    }

    // ---- names in Redis; the braces keep all that belongs to a place in one slot of a Cluster

    private String index(Digest place) {
        return prefix + "{" + place + "}";
    }

    private List<byte[]> keys(KeyId id) {
        String index = index(id.place());
        return List.of(bytes(index + ":" + id.caller()), bytes(index));
    }

    private static byte[] caller(KeyId id) {
        return bytes(id.caller().toString());
    }

    private static byte[] number(long number) {
        return bytes(Long.toString(number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // ---- what scripts give

    private static Found found(Object result) {
        return switch (text(first(result))) {
            case "owned" -> new Found.Owned(text(second(result)).equals("1"));
            case "mismatch" -> new Found.Mismatch();
            case "inFlight" -> new Found.InFlight();
            case "unknown" -> new Found.Unknown(loss(text(second(result))));
            case "answered" -> {
                KeptAnswer answer = second(result) instanceof byte[] bytes ? KeptAnswer.read(bytes) : null;
                yield answer == null ? new Found.Failed("an answer of another version") : new Found.Answered(answer);
            }
            default -> new Found.Failed(NONSENSE);
        };
    }

    private static Loss loss(String name) {
        for (Loss loss : Loss.values()) {
            if (loss.name().equals(name)) {
                return loss;
            }
        }
        return Loss.NOT_SAID;
    }

    private static Written written(Object result) {
        return switch (text(first(result))) {
            case "done" -> Written.DONE;
            case "full" -> Written.FULL;
            case "lost" -> Written.LOST;
            default -> Written.FAILED;
        };
    }

    private static Seen seen(Object result) {
        List<Seen.Entry> entries = new ArrayList<>();
        for (Object one : result instanceof List<?> all ? all : List.of()) {
            if (one instanceof List<?> row && row.get(2) instanceof Long status && row.get(3) instanceof Long left) {
                Digest caller = Digest.of(HexFormat.of().parseHex(text(row.get(0))));
                Seen.State state = Seen.State.valueOf(text(row.get(1)));
                entries.add(new Seen.Entry(caller, state, Math.toIntExact(status), left));
            }
        }
        return Seen.of(entries);
    }

    private static Object first(Object result) {
        return result instanceof List<?> list && !list.isEmpty() ? list.getFirst() : "";
    }

    private static Object second(Object result) {
        return result instanceof List<?> list && list.size() > 1 ? list.get(1) : "";
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
    }
}
