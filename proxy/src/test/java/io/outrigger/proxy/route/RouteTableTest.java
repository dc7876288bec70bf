package io.outrigger.proxy.route;

import static io.outrigger.proxy.route.Routes.EVERYTHING;
import static io.outrigger.proxy.route.Routes.compiled;
import static io.outrigger.proxy.route.Routes.get;
import static io.outrigger.proxy.route.Routes.header;
import static io.outrigger.proxy.route.Routes.hosts;
import static io.outrigger.proxy.route.Routes.methods;
import static io.outrigger.proxy.route.Routes.path;
import static io.outrigger.proxy.route.Routes.query;
import static io.outrigger.proxy.route.Routes.request;
import static io.outrigger.proxy.route.Routes.table;
import static io.outrigger.proxy.route.Routes.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.outrigger.config.MatchConfig;
import io.outrigger.exchange.Request;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
    private static final MatchConfig CHARGES = path(path("prefix", "/v1/charges"));

    // ---- order

    @Test
    void theFirstRouteThatMatchesTakesIt() {
        RouteTable table =
                table(compiled("charges", CHARGES), compiled("posts", methods("POST")), compiled("rest", EVERYTHING));
        assertThat(table.match(request("POST", "/v1/charges/1")).name()).isEqualTo("charges");
        assertThat(table.match(request("POST", "/v1/refunds")).name()).isEqualTo("posts");
        assertThat(table.match(get("/v1/refunds")).name()).isEqualTo("rest");
    }

    @Test
    void whatNoRouteTakesGoesToTheListenersUpstreamIfItHasOne() {
        CompiledRoute unmatched = compiled("listener:outbound", EVERYTHING);
        assertThat(new RouteTable(List.of(compiled("charges", CHARGES)), unmatched).match(get("/x")))
                .isSameAs(unmatched);
        assertThat(new RouteTable(List.of(), unmatched).match(get("/x"))).isSameAs(unmatched);
        assertThat(new RouteTable(List.of(compiled("charges", CHARGES)), null).match(get("/x")))
                .isNull();
        assertThat(new RouteTable(List.of(), null).match(get("/x"))).isNull();
    }

    @Test
    void allThatAMatchSaysMustHold() {
        MatchConfig match = new MatchConfig(
                hosts("payments").hosts(),
                CHARGES.path(),
                methods("POST").methods(),
                header("x-tenant", value("=acme")).headers(),
                query("dry", value("=1")).query());
        RouteTable table = table(compiled("all", match));
        String target = "/v1/charges?dry=1";
        assertThat(table.match(request("POST", target, "Host", "payments", "X-Tenant", "acme")))
                .isNotNull();
        assertThat(table.match(request("PUT", target, "Host", "payments", "X-Tenant", "acme")))
                .isNull();
        assertThat(table.match(request("POST", target, "Host", "refunds", "X-Tenant", "acme")))
                .isNull();
        assertThat(table.match(request("POST", target, "Host", "payments", "X-Tenant", "other")))
                .isNull();
        assertThat(table.match(request("POST", "/v1/charges?dry=2", "Host", "payments", "X-Tenant", "acme")))
                .isNull();
        assertThat(table.match(request("POST", "/v1?dry=1", "Host", "payments", "X-Tenant", "acme")))
                .isNull();
    }

    // ---- path

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            exact   | /v1/charges      | /v1/charges            | true
            exact   | /v1/charges      | /v1/charges?a=/b       | true
            exact   | /v1/charges      | /v1/charges/           | false
            exact   | /v1/charges      | /v1/charge             | false
            exact   | /v1/charges      | /v1?/charges           | false
            exact   | /a%20b           | /a%20b                 | true
            exact   | /A               | /a                     | false
            prefix  | /v1/charges      | /v1/charges            | true
            prefix  | /v1/charges      | /v1/charges/           | true
            prefix  | /v1/charges      | /v1/charges/x/y        | true
            prefix  | /v1/charges      | /v1/charges?x          | true
            prefix  | /v1/charges      | /v1/chargesX           | false
            prefix  | /v1/charges      | /v1/charge             | false
            prefix  | /v1/charges      | /v1?/charges           | false
            prefix  | /v1/charges      | //v1/charges           | false
            prefix  | /v1/charges/     | /v1/charges            | true
            prefix  | /v1/charges/     | /v1/charges/x          | true
            prefix  | /v1/charges/     | /v1/chargesX           | false
            prefix  | /                | /                      | true
            prefix  | /                | /x                     | true
            prefix  | /                | //x                    | true
            prefix  | /                | *                      | false
            template| /orders/{id}     | /orders/7              | true
            template| /orders/{id}     | /orders/7?x=/y         | true
            template| /orders/{id}     | /orders/a%2Fb          | true
            template| /orders/{id}     | /orders/               | false
            template| /orders/{id}     | /orders                | false
            template| /orders/{id}     | /orders/7/             | false
            template| /orders/{id}     | /orders/7/items        | false
            template| /orders/{id}     | /refunds/7             | false
            template| /orders/{id}/    | /orders/7/             | true
            template| /orders/{id}/    | /orders/7              | false
            template| /{a}/x/{b}       | /1/x/2                 | true
            template| /{a}/x/{b}       | /1/y/2                 | false
            template| /{a}             | *                      | false
            regex   | /v[0-9]+/.*      | /v12/x                 | true
            regex   | /v[0-9]+/.*      | /api/v12/x             | false
            regex   | /v[0-9]+         | /v12/x                 | false
            regex   | /v[0-9]+         | /v12?/x                | true
            regex   | .*               | *                      | true
            """)
    void pathsMatch(String kind, String pattern, String target, boolean matches) {
        assertThat(table(compiled("it", path(path(kind, pattern)))).match(get(target)) != null)
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /v1/charges/../admin         | admin
            /v1/charges/%2e%2E/admin     | admin
            /v1/charges/.%2e/admin?x     | admin
            /v1/./admin/                 | admin
            /v1/admin/x/..               | admin
            /v1/x/../charges/7           | charges
            /../../v1/charges            | charges
            /v1/charges/..%2fadmin       | charges
            /v1/charges/...              | charges
            /v1/charges/.hidden          | charges
            /v1/charges?a=/../admin      | charges
            /v1//admin                   | rest
            /v1\\admin                   | rest
            /v1/%61dmin                  | rest
            """)
    void pathsMatchWithoutTheirDotSegments(String target, String route) {
        RouteTable table = table(
                compiled("admin", path(path("prefix", "/v1/admin"))),
                compiled("charges", CHARGES),
                compiled("rest", EVERYTHING));
        assertThat(table.match(get(target)).name()).isEqualTo(route);
    }

    @Test
    void theServerAsAWholeIsTakenByRoutesWithoutAPath() {
        RouteTable table =
                table(compiled("all paths", path(path("prefix", "/"))), compiled("options", methods("OPTIONS")));
        assertThat(table.match(request("OPTIONS", "*")).name()).isEqualTo("options");
    }

    // ---- host

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            payments         | payments            | true
            payments         | PayMents:8080       | true
            payments         | payments.           | true
            payments         | payments.:80        | true
            payments.        | payments            | true
            payments         | payments.internal   | false
            payments         | xpayments           | false
            payments         | ''                  | false
            payments         |                     | false
            10.0.0.1         | 10.0.0.1:80         | true
            ::1              | [::1]               | true
            ::1              | [::1]:80            | true
            ::1              | [::2]:80            | false
            *.pay.internal   | a.pay.internal      | true
            *.pay.internal   | A.Pay.Internal:80   | true
            *.pay.internal   | a.b.pay.internal.   | true
            *.pay.internal   | pay.internal        | false
            *.pay.internal   | .pay.internal       | false
            *.pay.internal   | xpay.internal       | false
            *.pay.internal   | a.pay.internal.evil | false
            """)
    void hostsMatch(String pattern, String host, boolean matches) {
        Request request = host == null ? get("/") : get("/", "Host", host);
        assertThat(table(compiled("it", hosts("other", pattern))).match(request) != null)
                .isEqualTo(matches);
    }

    // ---- method

    @Test
    void methodsMatchWithTheirCase() {
        RouteTable table = table(compiled("it", methods("GET", "PUT")));
        assertThat(table.match(request("PUT", "/"))).isNotNull();
        assertThat(table.match(request("put", "/"))).isNull();
        assertThat(table.match(request("POST", "/"))).isNull();
    }

    // ---- cost

    @Test
    void matchingByBytesAllocatesNothing() {
        RouteTable table = new RouteTable(
                List.of(
                        compiled("exact", path(path("exact", "/v1/health"))),
                        compiled("prefix", CHARGES),
                        compiled("template", path(path("template", "/orders/{id}/items"))),
                        compiled(
                                "query",
                                new MatchConfig(
                                        List.of(),
                                        path(path("prefix", "/search")).path(),
                                        methods("GET", "HEAD").methods(),
                                        Map.of(),
                                        query("q", value("=a b")).query()))),
                compiled("listener:outbound", EVERYTHING));
        Request[] requests = {
            get("/v1/health"), get("/v1/charges/7"), get("/orders/7/items"), get("/search?q=a%20b"), get("/else?x=1")
        };
        match(table, requests, 1_000);
        long before = allocatedBytes();
        match(table, requests, 1_000);
        assertThat(allocatedBytes() - before).as("bytes for 5,000 matches").isLessThan(5_000);
    }

    private static void match(RouteTable table, Request[] requests, int times) {
        for (int i = 0; i < times; i++) {
            for (Request request : requests) {
                table.match(request);
            }
        }
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
