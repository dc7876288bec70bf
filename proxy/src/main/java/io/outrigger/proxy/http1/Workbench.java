package io.outrigger.proxy.http1;

import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The scanners, the writer and the scratch array of one loop, used for one message after the other. Confined to one loop. */
public final class Workbench {
    private static final FastThreadLocal<Workbench> CURRENT = new FastThreadLocal<>() {
        @Override
        protected Workbench initialValue() {
            return new Workbench(InstantSource.system());
        }
    };
    private static final DateTimeFormatter IMF_FIXDATE = // RFC 9110 §5.6.7
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private final RequestScanner requests = new RequestScanner();
    private final ResponseScanner responses = new ResponseScanner();
    private final HeadWriter heads = new HeadWriter();
    private byte[] scratch = new byte[4096];
    private byte[] date = new byte[0];
    private long dateSecond = Long.MIN_VALUE;

    Workbench(InstantSource clock) {
        this.clock = clock;
    }

    /** That of the calling loop. */
    public static Workbench current() {
        return CURRENT.get();
    }

    public RequestScanner requests() {
        return requests;
    }

    public ResponseScanner responses() {
        return responses;
    }

    public HeadWriter heads() {
        return heads;
    }

    /** An array of at least that many bytes, whose content nobody else relies on. */
    public byte[] scratch(int bytes) {
        if (scratch.length < bytes) {
            scratch = new byte[Integer.highestOneBit(bytes - 1) << 1];
        }
        return scratch;
    }

    /** The value of a header Date for now. */
    public byte[] date() {
        long second = clock.millis() / 1000;
        if (second != dateSecond) {
            dateSecond = second;
            date = IMF_FIXDATE.format(clock.instant()).getBytes(StandardCharsets.ISO_8859_1);
        }
        return date;
    }
}
