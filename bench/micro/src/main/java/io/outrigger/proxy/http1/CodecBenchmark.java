package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Request;
import io.outrigger.proxy.route.StillLoop;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Heads: reading that of a request and that of a response, and writing the one that goes upstream. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class CodecBenchmark {
    private static final HeadLimits LIMITS = new HeadLimits(32 * 1024, 100, 8 * 1024);
    private static final byte[] REQUEST = bytes("""
            GET /small HTTP/1.1
            Host: orders.default.svc.cluster.local
            User-Agent: bench-client/1.0 (linux; x86_64)
            Accept: application/json, text/plain, */*
            Accept-Encoding: gzip, deflate
            Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJiZW5jaCJ9.c2lnbmF0dXJl
            X-Request-Id: 7f3c1d0e-5b0a-4a7e-9d51-0d8f3c2b1a90
            traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01

            """);
    private static final byte[] RESPONSE = bytes("""
            HTTP/1.1 200 OK
            Server: upstream
            Date: Fri, 20 Nov 2026 22:00:00 GMT
            Content-Type: application/octet-stream
            Content-Length: 1024
            Connection: keep-alive
            X-Up: 1

            """);

    private final RequestScanner requests = new RequestScanner();
    private final ResponseScanner responses = new ResponseScanner();
    private final RequestScanner written = new RequestScanner(); // reads once what is written again and again
    private final HeadWriter heads = new HeadWriter();
    private final Exchange exchange = new Exchange(new StillLoop(), 0, Identity.of(1, 2, null, null));
    private final Request request = read(written).request(Body.EMPTY);
    private final ChannelPromise promise = new EmbeddedChannel().voidPromise();

    private static byte[] bytes(String text) {
        return text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static RequestHead read(RequestScanner scanner) {
        scanner.scan(REQUEST, REQUEST.length, LIMITS);
        return Objects.requireNonNull(scanner.head());
    }

    @Benchmark
    public Object readRequest() {
        return read(requests).request(Body.EMPTY);
    }

    @Benchmark
    public Object readResponse() {
        responses.scan(RESPONSE, RESPONSE.length, LIMITS);
        return Objects.requireNonNull(responses.head());
    }

    @Benchmark
    public int writeRequest() {
        heads.request(exchange, request, "127.0.0.1:8080", false, promise);
        ByteBuf written = heads.take(UnpooledByteBufAllocator.DEFAULT);
        int length = written.readableBytes();
        written.release();
        return length;
    }
}
