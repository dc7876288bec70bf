package io.outrigger.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotSegmentsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /a/b/c/./../../g | /a/g
            /a/..            | /
            /a/b/..          | /a/
            /a/.             | /a/
            /..              | /
            /../x            | /x
            /.               | /
            /a//../b         | /a/b
            /a/..//b         | //b
            /a/%2e%2E/b?c=.. | /b?c=..
            /a/../b?/../     | /b?/../
            """)
    void areTakenOut(String target, String resolved) {
        assertThat(DotSegments.resolve(Target.of(target)).toString()).isEqualTo(resolved);
    }

    @ParameterizedTest
    @CsvSource({
        "/",
        "/a/b",
        "/a/...",
        "/a/.b",
        "/a/b.",
        "/a/..b/c",
        "/a?/../b",
        "/a/%2",
        "/a/%2e%2e%2e",
        "/a/%2f..",
        "//a",
        "*",
        "/%"
    })
    void nothingElseIsTouched(String text) {
        Target target = Target.of(text);
        assertThat(DotSegments.resolve(target)).isSameAs(target);
    }

    @Test
    void whatIsNoPathStaysAsItIs() {
        Target target = Target.of("host/../x");
        assertThat(DotSegments.resolve(target)).isSameAs(target);
    }

    @Test
    void everyPathIsResolvedAsTheModelSays() {
        Random random = new Random(51);
        String[] pieces = {"/", "/", "/", ".", "..", "%2e", "%2E", "a", "b", "?", "%2f"};
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder("/");
            for (int k = random.nextInt(12); k > 0; k--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            assertThat(DotSegments.resolve(Target.of(text.toString())).toString())
                    .as(text.toString())
                    .isEqualTo(resolved(text.toString()));
        }
    }

    /** RFC 3986 §5.2.4 on lists of strings. */
    static String resolved(String target) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        List<String> segments = Arrays.asList(path.substring(1).split("/", -1));
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            String dots = segment.replaceAll("(?i)%2e", ".");
            if (!dots.equals(".") && !dots.equals("..")) {
                kept.add(segment);
                continue;
            }
            if (dots.equals("..") && !kept.isEmpty()) {
                kept.removeLast();
            }
            if (i == segments.size() - 1) {
                kept.add("");
            }
        }
        return "/" + String.join("/", kept) + (mark < 0 ? "" : target.substring(mark));
    }
}
