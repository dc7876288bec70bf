package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.outrigger.admin.Wire.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a browser gets at {@code /}, as far as that can be told without one. */
class DashboardTest {
    private static final Pattern INLINE = Pattern.compile("(?s)<(script|style)>(.*?)</\\1>");
    private static final Pattern SOURCE = Pattern.compile("'sha256-([^']+)'");
    /** As published: whoever wants another version changes the file and these. */
    private static final Map<String, String> UPLOT_1_6_32 = Map.of(
            "uPlot.iife.min.js", "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
            "uPlot.min.css", "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
            "uPlot.LICENSE", "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd");

    @RegisterExtension
    private final Served served = new Served(new FakeProxy());

    private final Wire wire = served.wire();

    private Answer dashboard() throws IOException {
        return wire.get("/", "Accept: text/html,application/xhtml+xml,*/*;q=0.8");
    }

    @Test
    void browsersGetTheDashboardAndOthersTheList() throws IOException {
        assertThat(dashboard().headers())
                .containsEntry("content-type", "text/html; charset=utf-8")
                .containsEntry("vary", "accept");

        Answer list = wire.get("/", "Accept: */*");
        assertThat(list.headers()).containsEntry("content-type", "application/json");
        assertThat(new ObjectMapper().readTree(list.body()).get("pages").findValuesAsText("page"))
                .contains("GET /metrics", "GET /config", "GET /requests/{requestId}");
    }

    @Test
    void onlyWhatThePolicyNamesByItsHashCanRunAndAllOfItIsThere() throws Exception {
        Answer page = dashboard();
        String policy = page.headers().get("content-security-policy");
        assertThat(policy)
                .startsWith("default-src 'none'; script-src 'sha256-")
                .contains("connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "*", "http");
        List<String> hashes = new ArrayList<>();
        var inline = INLINE.matcher(page.body());
        while (inline.find()) {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(inline.group(2).getBytes(StandardCharsets.UTF_8));
            hashes.add(Base64.getEncoder().encodeToString(digest));
        }
        assertThat(hashes).hasSize(4);
        assertThat(SOURCE.matcher(policy).results().map(found -> found.group(1)))
                .containsExactlyInAnyOrderElementsOf(hashes);
    }

    @Test
    void itLoadsNothingFromElsewhereAndHasNoCodeInItsTags() throws IOException {
        String bare = INLINE.matcher(dashboard().body()).replaceAll("");
        assertThat(bare)
                .doesNotContain("{{", "<script", "<style", "http:", "https:", "src=", "style=")
                .doesNotContainPattern(" on[a-z]+=")
                .contains("<noscript>");
    }

    @Test
    void itsCodeMakesNoMarkupOfText() throws IOException {
        assertThat(resource("dashboard.js"))
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
    }

    @Test
    void thePlottingLibraryIsTheOneThatWasPublished() throws Exception {
        for (Map.Entry<String, String> file : UPLOT_1_6_32.entrySet()) {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(resource(file.getKey()).getBytes(StandardCharsets.UTF_8));
            assertThat(HexFormat.of().formatHex(digest)).as(file.getKey()).isEqualTo(file.getValue());
        }
        assertThat(resource("uPlot.iife.min.js")).contains("uPlot (v1.6.32)");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = DashboardPage.class.getResourceAsStream("dashboard/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
