package io.outrigger.proxy.balance;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;

/** Endpoints, requests and chance for the tests of balancing. */
final class Endpoints {
    private Endpoints() {}

    /** One endpoint per weight: {@code 10.0.0.1:80}, {@code 10.0.0.2:80} and so on. */
    static Endpoint[] weighing(int... weights) {
        return IntStream.range(0, weights.length)
                .mapToObj(i -> endpoint("10.0.0." + (i + 1), weights[i]))
                .toArray(Endpoint[]::new);
    }

    static Endpoint[] alike(int count) {
        return weighing(IntStream.generate(() -> 1).limit(count).toArray());
    }

    static Endpoint endpoint(String host, int weight) {
        return new Endpoint(
                new InetSocketAddress(InetAddress.ofLiteral(host), 80), host + ":80", weight, Optional.empty());
    }

    static Request request(String... headers) {
        return new Request("GET", Target.of("/"), Headers.of(headers), Body.EMPTY);
    }

    static LongUnaryOperator seeded(long seed) {
        Random random = new Random(seed);
        return random::nextLong;
    }
}
