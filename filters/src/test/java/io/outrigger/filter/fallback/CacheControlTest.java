package io.outrigger.filter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which answers may be kept, by what both sides say. */
class CacheControlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                // request          | response                                       | kept
                "-                  | -                                              | true",
                "-                  | cache-control: max-age=0                       | true",
                "-                  | cache-control: no-store                        | false",
                "-                  | Cache-Control: max-age=60, NO-STORE            | false",
                "-                  | cache-control: private                         | false",
                "-                  | cache-control: private=\"x-name\"              | false",
                "-                  | cache-control: no-cache                        | false",
                "-                  | cache-control: max-age=5,must-revalidate       | false",
                "-                  | cache-control: proxy-revalidate                | false",
                "-                  | cache-control: ext=\"a, no-store\", public     | true",
                "-                  | cache-control: ext=\"a\\\", no-store\"         | true",
                "-                  | cache-control: ext=\"a, no-store               | false",
                "-                  | cache-control: public;cache-control: no-store  | false",
                "cache-control: no-store | -                                         | false",
                "cache-control: no-cache | -                                         | true",
                "authorization: x   | -                                              | false",
                "authorization: x   | cache-control: public                          | true",
                "cookie: a=b        | -                                              | false",
                "cookie: a=b        | cache-control: max-age=9, public               | true",
                "-                  | set-cookie: a=b                                | false",
                "-                  | set-cookie: a=b;cache-control: public          | true",
                "-                  | vary: accept                                   | true",
                "-                  | vary: accept, *                                | false",
            })
    void keepsWhatMayBeKept(String request, String response, boolean kept) {
        Headers answered = headers(response);
        Request asked = new Request("GET", Target.of("/"), headers(request), Body.EMPTY);
        assertThat(CacheControl.of(answered).allowsKeeping(asked, answered)).isEqualTo(kept);
    }

    @Test
    void readsNamesInAnyCaseAndWithoutTheirArguments() {
        assertThat(CacheControl.of(Headers.of("cache-control", " Public , max-age=1,, x=\"a,b\" "))
                        .directives())
                .containsExactlyInAnyOrder("public", "max-age", "", "x");
    }

    /** {@code name: value;name: value}. */
    private static Headers headers(String text) {
        List<String> namesAndValues = new ArrayList<>();
        if (text != null) {
            for (String field : text.split(";")) {
                namesAndValues.addAll(List.of(field.split(": ", 2)));
            }
        }
        return Headers.of(namesAndValues.toArray(String[]::new));
    }
}
