package io.outrigger.e2e;

import java.io.IOException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One worker of the soak: what it asks, and what has to come of it. Confined to one thread. */
final class SoakLoad {
    private static final Fault[] FAULTS = Fault.values();
    private static final Set<String> LOST = Set.of("stale_connection"); // nobody may send it again

    private final SoakClient client;
    private final SoakClient other;
    private final SoakLedger ledger;
    private final SoakUpstream upstream;
    private final AtomicInteger next;
    private final Random random;

    SoakLoad(int port, SoakLedger ledger, SoakUpstream upstream, AtomicInteger next, long seed) {
        client = new SoakClient(port, ledger);
        other = new SoakClient(port, ledger);
        this.ledger = ledger;
        this.upstream = upstream;
        this.next = next;
        random = new Random(seed);
    }

    /** The next request, or the next few with one key. */
    void step() throws IOException, InterruptedException {
        Fault fault = random.nextInt(100) < 60 ? Fault.NONE : FAULTS[random.nextInt(FAULTS.length)];
        int number = next.getAndIncrement();
        switch (random.nextInt(10)) {
            case 0 -> get("plain", number, fault, Set.of());
            case 1 -> get("again", number, fault, Set.of());
            case 2 -> get("hedge", number, fault, Set.of());
            case 3 -> get("breaker", number, fault, Set.of("circuit_open"));
            case 4 -> get("bulkhead", number, fault, Set.of("bulkhead_full"));
            case 5 -> get("limit", number, fault, Set.of("rate_limited"));
            case 6 -> client.askAndLeave("GET", "/gone/" + number, fault, null);
            case 7 -> post("post", number, fault);
            case 8 -> post("half", number, fault);
            default -> keyed(number, fault);
        }
    }

    private void get(String route, int number, Fault fault, Set<String> refusals) throws IOException {
        SoakClient.Seen seen = client.ask("GET", "/" + route + "/" + number, fault, null);
        boolean refused = refusals.contains(seen.cause());
        if (fault.isHarmless() && refusals.contains("circuit_open") && LOST.contains(seen.cause())) {
            ledger.stopped.incrementAndGet(); // it would have been sent again, but the circuit had opened meanwhile
            refused = true;
        }
        ledger.expect(
                !fault.isHarmless() || seen.isSuccess() || refused,
                "not answered: " + route + " " + fault + " " + seen);
        ledger.expect(!seen.isSuccess() || upstream.effects(number) > 0, "answered by nobody: " + route + " " + number);
    }

    private void post(String route, int number, Fault fault) throws IOException {
        SoakClient.Seen seen = client.ask("POST", "/" + route + "/" + number, fault, null);
        ledger.expect(
                !fault.isHarmless() || seen.isSuccess() || LOST.contains(seen.cause()),
                "not answered: " + route + " " + fault + " " + seen);
        once(number, seen.isSuccess());
    }

    /** Several requests with one key: the first client may leave, two may ask at once, and one asks in the end. */
    private void keyed(int number, Fault fault) throws IOException, InterruptedException {
        String path = "/keyed/" + number;
        String key = "key-" + number;
        boolean leaves = random.nextInt(5) == 0;
        if (leaves) {
            client.askAndLeave("POST", path, fault, key);
        }
        AtomicBoolean twinSucceeded = new AtomicBoolean();
        Thread twin = random.nextInt(3) > 0
                ? null
                : Thread.ofVirtual().start(() -> twinSucceeded.set(askOther(path, fault, key)));
        SoakClient.Seen first = client.ask("POST", path, fault, key);
        if (twin != null) {
            twin.join();
        }
        SoakClient.Seen again = client.ask("POST", path, fault, key);
        boolean succeeded = first.isSuccess() || twinSucceeded.get();
        ledger.expect(
                !succeeded || again.isSuccess() && again.replayed(),
                "not replayed: " + path + " " + fault + " " + first + " " + again);
        ledger.expect(
                !fault.isHarmless() || first.isSuccess() || lost(first),
                "not answered: " + path + " " + fault + " " + first);
        ledger.expect(
                !first.isSuccess() || !again.isSuccess() || first.text().equals(again.text()),
                "two answers: " + path + " " + first + " " + again);
        once(number, succeeded || again.isSuccess());
    }

    private boolean askOther(String path, Fault fault, String key) {
        try {
            return other.ask("POST", path, fault, key).isSuccess();
        } catch (IOException e) {
            ledger.wrong("not sent: " + path + " " + e);
            return false;
        }
    }

    private static boolean lost(SoakClient.Seen seen) {
        return LOST.contains(seen.cause()) || seen.cause().equals("outcome_unknown");
    }

    private void once(int number, boolean answered) {
        ledger.once(number);
        ledger.expect(
                !answered || upstream.effects(number) == 1,
                "answered, but it happened " + upstream.effects(number) + " times: " + number);
    }

    void end() {
        client.close();
        other.close();
    }
}
