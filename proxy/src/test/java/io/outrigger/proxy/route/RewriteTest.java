package io.outrigger.proxy.route;

import static io.outrigger.proxy.route.Routes.EVERYTHING;
import static io.outrigger.proxy.route.Routes.get;
import static io.outrigger.proxy.route.Routes.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.MatchConfig;
import io.outrigger.config.RewriteConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Request;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewriteTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            prefix  | /v1/charges  | /charges  | /v1/charges             | /charges
            prefix  | /v1/charges  | /charges  | /v1/charges/            | /charges/
            prefix  | /v1/charges  | /charges  | /v1/charges/7?a=/v1     | /charges/7?a=/v1
            prefix  | /v1/charges  | /charges  | /v1/charges?a           | /charges?a
            prefix  | /v1/charges/ | /charges  | /v1/charges/7           | /charges/7
            prefix  | /v1/charges  | /charges/ | /v1/charges/7           | /charges/7
            prefix  | /v1/charges  | /charges/ | /v1/charges             | /charges/
            prefix  | /v1/charges  | /         | /v1/charges/7           | /7
            prefix  | /v1/charges  | /         | /v1/charges?a           | /?a
            prefix  | /            | /api      | /x                      | /api/x
            prefix  | /            | /api      | /                       | /api/
            prefix  | /v1/charges  | /charges  | /v1/./charges/%61%2fb   | /charges/%61%2fb
            prefix  | /v1/charges  | /charges  | /x/../v1/charges/y?..   | /charges/y?..
            exact   | /old         | /new      | /old?a                  | /new?a
            exact   | /old         | /new/     | /old                    | /new/
            template| /orders/{id} | /order    | /orders/7?a             | /order?a
            regex   | /v[12]/.*    | /legacy   | /v1/x                   | /legacy
            any     |              | /api      | /x?a                    | /api/x?a
            any     |              | /api/     | /x                      | /api/x
            any     |              | /api      | *                       | *
            """)
    void replacesWhatTheMatchCovers(String kind, String pattern, String prefix, String target, String rewritten) {
        MatchConfig match = kind.equals("any") ? EVERYTHING : path(path(kind, pattern));
        Request request = rewrite(match, prefix, null).rewritten(get(target));
        assertThat(request.target().toString()).isEqualTo(rewritten);
    }

    @Test
    void replacesTheHostAndNothingElse() {
        Request request =
                rewrite(EVERYTHING, null, "payments.prod").rewritten(get("/a/../b", "Host", "payments", "X", "1"));
        assertThat(request.headers().all(Request.HOST)).isEqualTo(List.of("payments.prod"));
        assertThat(request.headers().get(HeaderName.of("x"))).isEqualTo("1");
        assertThat(request.target().toString()).isEqualTo("/a/../b");
    }

    @Test
    void givesARequestWithoutHostTheOneThatIsConfigured() {
        assertThat(rewrite(EVERYTHING, null, "payments.prod")
                        .rewritten(get("/"))
                        .host())
                .isEqualTo("payments.prod");
    }

    @Test
    void onlyWhatIsBehindItSeesTheChange() {
        FakeUpstream upstream = new FakeUpstream().willAnswer(200);
        Request request = get("/v1/charges/7", "Host", "payments");
        rewrite(path(path("prefix", "/v1/charges")), "/charges", "payments.prod")
                .over(upstream)
                .send(Exchanges.on(new ManualLoop()), request);
        assertThat(upstream.last().request().target().toString()).isEqualTo("/charges/7");
        assertThat(upstream.last().request().host()).isEqualTo("payments.prod");
        assertThat(request.target().toString()).isEqualTo("/v1/charges/7");
    }

    private static Rewrite rewrite(MatchConfig match, String prefix, String host) {
        RewriteConfig config = new RewriteConfig(Optional.ofNullable(prefix), Optional.ofNullable(host));
        RouteConfig route = Routes.config("it", match);
        return new Rewrite(route, config);
    }
}
