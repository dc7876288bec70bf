package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of failures, row by row as the contract says it. Where the outcome is "the attempt's", whoever fails says it. */
class FailureTest {
    private static final String TABLE = """
            no_route           | 404 | destination_not_found    | CLIENT   | not_sent
            bad_request        | 400 | http_request_error       | CLIENT   | not_sent
            head_too_large     | 431 | http_request_error       | CLIENT   | not_sent
            uri_too_long       | 414 | http_request_error       | CLIENT   | not_sent
            head_timeout       | 408 | http_request_error       | CLIENT   | not_sent
            not_implemented    | 501 | http_request_error       | CLIENT   | not_sent
            bad_version        | 505 | http_request_error       | CLIENT   | not_sent
            bad_body           | 400 | http_request_error       | CLIENT   | unknown
            body_timeout       | 408 | http_request_error       | CLIENT   | unknown
            loop_detected      | 502 | proxy_loop_detected      | CLIENT   | not_sent
            connections_full   | 503 | connection_limit_reached | PROXY    | not_sent
            rate_limited       | 429 | http_request_denied      | PROXY    | not_sent
            pool_full          | 503 | connection_limit_reached | PROXY    | not_sent
            bulkhead_full      | 503 | connection_limit_reached | PROXY    | not_sent
            shed               | 503 | connection_limit_reached | PROXY    | not_sent
            circuit_open       | 503 | destination_unavailable  | PROXY    | not_sent
            no_endpoint        | 503 | destination_unavailable  | PROXY    | not_sent
            dns_failed         | 502 | dns_error                | UPSTREAM | not_sent
            connect_refused    | 502 | connection_refused       | UPSTREAM | not_sent
            connect_timeout    | 504 | connection_timeout       | UPSTREAM | not_sent
            tls_failed         | 502 | tls_certificate_error    | UPSTREAM | not_sent
            tls_failed         | 502 | tls_protocol_error       | UPSTREAM | not_sent
            stale_connection   | 502 | connection_terminated    | UPSTREAM | unknown
            reset              | 502 | connection_terminated    | UPSTREAM | unknown
            bad_response       | 502 | http_protocol_error      | UPSTREAM | unknown
            response_cut       | 502 | http_response_incomplete | UPSTREAM | unknown
            attempt_timeout    | 504 | http_response_timeout    | UPSTREAM | unknown
            deadline           | 504 | http_response_timeout    | PROXY    | not_sent
            key_missing        | 400 | http_request_denied      | CLIENT   | not_sent
            key_malformed      | 400 | http_request_denied      | CLIENT   | not_sent
            key_in_flight      | 409 | http_request_denied      | CLIENT   | not_sent
            key_mismatch       | 422 | http_request_denied      | CLIENT   | not_sent
            key_unknown        | 409 | http_request_denied      | CLIENT   | not_sent
            key_body_too_large | 413 | http_request_denied      | CLIENT   | not_sent
            store_failed       | 503 | proxy_internal_error     | PROXY    | not_sent
            client_gone        | 499 | ''                       | CLIENT   | not_sent
            internal           | 500 | proxy_internal_error     | PROXY    | unknown
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = TABLE)
    void eachKindIsARowOfTheTable(String cause, int status, String error, Failure.Blame blame, String outcome) {
        Failure failure = Failure.of(kind(cause, error), "detail");
        assertThat(failure.kind().status()).isEqualTo(status);
        assertThat(failure.kind().proxyStatus()).isEqualTo(error);
        assertThat(failure.blame()).isEqualTo(blame);
        assertThat(failure.delivery().label()).isEqualTo(outcome);
        assertThat(failure.retryAfterSeconds()).isZero();
    }

    @Test
    void theTableHasARowForEachKind() {
        assertThat(TABLE.lines().map(row -> row.split(" ")[0]))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Failure.Kind.values())
                        .map(Failure.Kind::cause)
                        .toList());
    }

    @Test
    void titlesAreSentencesForPeople() {
        assertThat(Failure.Kind.values())
                .allSatisfy(kind -> assertThat(kind.title()).matches("[A-Z][^.]{5,50}"))
                .extracting(Failure.Kind::title)
                .doesNotHaveDuplicates();
    }

    @Test
    void problemsAreCalledLikeTheirCausesButForTheOneThatClientsAskFor() {
        assertThat(Failure.Kind.CONNECT_REFUSED.problem()).isEqualTo("connect-refused");
        assertThat(Failure.Kind.KEY_UNKNOWN.problem()).isEqualTo("outcome-unknown");
    }

    @Test
    void theSpecialCaseChangesOnlyWhatItNames() {
        Failure failure = Failure.of(Failure.Kind.DEADLINE, "detail")
                .blaming(Failure.Blame.UPSTREAM)
                .delivered(Delivery.UNKNOWN)
                .retryAfter(3);
        assertThat(failure)
                .isEqualTo(new Failure(
                        Failure.Kind.DEADLINE, "detail", Failure.Blame.UPSTREAM, Delivery.UNKNOWN, 3, Headers.NONE));
    }

    @Test
    void aBugIsToldByItsClassAlone() {
        Failure failure = Failure.by(new IllegalStateException("password is secret"));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.INTERNAL);
        assertThat(failure.detail()).isEqualTo("unexpected IllegalStateException");
    }

    private static Failure.Kind kind(String cause, String error) {
        return Arrays.stream(Failure.Kind.values())
                .filter(kind -> kind.cause().equals(cause) && kind.proxyStatus().equals(error))
                .findFirst()
                .orElseThrow();
    }
}
