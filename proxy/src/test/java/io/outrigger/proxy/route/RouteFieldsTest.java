package io.outrigger.proxy.route;

import static io.outrigger.proxy.route.Routes.compiled;
import static io.outrigger.proxy.route.Routes.get;
import static io.outrigger.proxy.route.Routes.header;
import static io.outrigger.proxy.route.Routes.query;
import static io.outrigger.proxy.route.Routes.table;
import static io.outrigger.proxy.route.Routes.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which values of headers and query parameters a route takes. */
class RouteFieldsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            =acme        | acme     |         | true
            =acme        | other    | acme    | true
            =acme        | Acme     |         | false
            =acme        | acme,x   |         | false
            =acme        |          |         | false
            present      | anything |         | true
            present      |          |         | false
            absent       |          |         | true
            absent       | anything |         | false
            ~[0-9]+      | 42       |         | true
            ~[0-9]+      | x        | 42      | true
            ~[0-9]+      | a42      |         | false
            ~[0-9]*      |          |         | false
            =J\u00FCrgen | J\u00C3\u00BCrgen | | true
            """)
    void headersMatch(String wanted, String first, String second, boolean matches) {
        List<String> fields = new ArrayList<>(List.of("X-Other", "acme"));
        for (String value : new String[] {first, second}) {
            if (value != null) {
                fields.addAll(List.of("X-Tenant", value));
            }
        }
        Request request = get("/", fields.toArray(String[]::new));
        assertThat(table(compiled("it", header("x-tenant", value(wanted)))).match(request) != null)
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            =1       | /?dry=1            | true
            =1       | /?a=2&dry=1&b      | true
            =1       | /?dry=2&dry=1      | true
            =1       | /?dry=11           | false
            =1       | /?dry=             | false
            =1       | /?dry              | false
            =1       | /?xdry=1           | false
            =1       | /?dryx=1           | false
            =1       | /?Dry=1            | false
            =1       | /dry=1             | false
            =1       | /                  | false
            =1       | /?                 | false
            =1       | /?%64ry=%31        | true
            =1       | /?dry=1;x          | false
            =1       | /?x=?dry=1         | false
            =        | /?dry              | true
            =        | /?dry=             | true
            =        | /?dry=1            | false
            =a b     | /?dry=a+b          | true
            =a b     | /?dry=a%20b        | true
            =a+b     | /?dry=a%2bb        | true
            =a=b     | /?dry=a=b          | true
            =a&b     | /?dry=a%26b        | true
            =100%    | /?dry=100%         | true
            =100%zz  | /?dry=100%zz       | true
            =%4      | /?dry=%4           | true
            =\u00FC  | /?dry=%C3%BC       | true
            present  | /?dry              | true
            present  | /?a&dry=7          | true
            present  | /?a=dry            | false
            absent   | /?a=dry            | true
            absent   | /                  | true
            absent   | /?a&dry=7          | false
            ~[a-c ]+ | /?dry=a+%62        | true
            ~[a-c]+  | /?dry=ad           | false
            ~\u00FC  | /?dry=%C3%BC       | true
            """)
    void queriesMatch(String wanted, String target, boolean matches) {
        assertThat(table(compiled("it", query("dry", value(wanted)))).match(get(target)) != null)
                .isEqualTo(matches);
    }
}
