package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MaxForwardsTest {
    private static final HeaderName MAX_FORWARDS = HeaderName.of("max-forwards");

    @ParameterizedTest
    @CsvSource({
        "OPTIONS, 0, 0",
        "OPTIONS, 3, 3",
        "TRACE, 1, 1",
        "GET, 0, -1",
        "OPTIONS, -1, -1",
        "OPTIONS, x, -1",
        "OPTIONS, '', -1",
        "OPTIONS, 9999999999, -1"
    })
    void isReadForTheTwoMethodsThatHaveItAndOnlyWhereItMakesSense(String method, String value, int times) {
        assertThat(MaxForwards.of(request(method, Headers.of("max-forwards", value))))
                .isEqualTo(times);
    }

    @Test
    void isAbsentFromMostRequests() {
        assertThat(MaxForwards.of(request("OPTIONS", Headers.NONE))).isEqualTo(-1);
    }

    @Test
    void isCountedDownOnTheWay() {
        Request next = MaxForwards.counted(request("TRACE", Headers.of("Max-Forwards", "7", "x-a", "b")), 7);
        assertThat(next.headers().all(MAX_FORWARDS)).containsExactly("6");
        assertThat(next.headers().get(HeaderName.of("x-a"))).isEqualTo("b");
    }

    @Test
    void endsOptionsWithAnEmptyAnswerAndTraceWithARefusal() {
        MaxForwards.end(request("OPTIONS", Headers.NONE)).onAnswer(answer -> assertThat(answer)
                .isInstanceOfSatisfying(
                        Response.class, head -> assertThat(head.status()).isEqualTo(200)));
        MaxForwards.end(request("TRACE", Headers.NONE)).onAnswer(answer -> assertThat(answer)
                .isInstanceOfSatisfying(
                        Failure.class, why -> assertThat(why.kind()).isEqualTo(Failure.Kind.NOT_IMPLEMENTED)));
    }

    private static Request request(String method, Headers headers) {
        return new Request(method, Target.of("*"), headers, Body.EMPTY);
    }
}
