package io.outrigger.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Alerts that come once the handshake seems to be over, in the words of both libraries. */
class TlsEndTest {
    private final List<Throwable> told = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(new TlsEnd(), new ChannelInboundHandlerAdapter() {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            told.add(cause);
        }
    });

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(certificate_required) Received fatal alert: certificate_required",
                "error:1000045c:SSL routines:OPENSSL_internal:TLSV1_ALERT_CERTIFICATE_REQUIRED",
                "(bad_certificate) Received fatal alert: bad_certificate",
                "error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA"
            })
    void thoseAboutACertificateSayThatNothingWasRead(String message) {
        assertThat(heard(message)).isInstanceOf(TlsAlert.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(internal_error) Received fatal alert: internal_error",
                "error:10000438:SSL routines:OPENSSL_internal:TLSV1_ALERT_INTERNAL_ERROR",
                "(unexpected_message) Received fatal alert: unexpected_message",
                "(bad_record_mac) Received fatal alert: bad_record_mac",
                "error:100003fc:SSL routines:OPENSSL_internal:SSLV3_ALERT_BAD_RECORD_MAC"
            })
    void othersMayComeFromAServerThatHasReadTheRequest(String message) {
        assertThat(heard(message)).isExactlyInstanceOf(SSLException.class);
    }

    private Throwable heard(String message) {
        channel.pipeline().fireUserEventTriggered(SslHandshakeCompletionEvent.SUCCESS);
        channel.pipeline().fireExceptionCaught(new DecoderException(new SSLException(message)));
        channel.finishAndReleaseAll();
        assertThat(told).hasSize(1);
        return told.getFirst();
    }
}
