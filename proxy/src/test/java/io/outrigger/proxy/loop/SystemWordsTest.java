package io.outrigger.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SystemWordsTest {
    @ParameterizedTest
    @CsvSource({
        "finishConnect(..) failed with error(-111): Connection refused: 127.0.0.1/127.0.0.1:8080, connection refused",
        "'connect(..) failed with error(-99): Cannot assign requested address: /[::1]:80', cannot assign requested address",
        "Connection refused: localhost/127.0.0.1:1, connection refused",
        "bind(..) failed with error(-98): Address already in use, address already in use",
        "Address already in use, address already in use",
        "no route to host, no route to host",
        "finishConnect(..) failed with error(-111), finishconnect(..) failed with error(-111)"
    })
    void keepWhatTheSystemSaid(String message, String words) {
        assertThat(SystemWords.of(new ConnectException(message))).isEqualTo(words);
    }

    @Test
    void explainAnAddressWhoseNameIsUnknown() {
        UnresolvedAddressException unknown = new UnresolvedAddressException();
        assertThat(SystemWords.of(unknown)).isEqualTo("the name does not resolve");
        assertThat(SystemWords.of(new IOException(null, unknown))).isEqualTo("the name does not resolve");
    }

    @Test
    void sayThatNobodyIsAtAPath() {
        assertThat(SystemWords.of(new FileNotFoundException())).isEqualTo("no such file");
        assertThat(SystemWords.of(new FileNotFoundException("gone"))).isEqualTo("gone");
    }

    @Test
    void nameTheExceptionWhereThereIsNothingElse() {
        assertThat(SystemWords.of(new IOException())).isEqualTo("IOException");
    }
}
