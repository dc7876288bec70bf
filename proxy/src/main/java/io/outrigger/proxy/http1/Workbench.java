package io.outrigger.proxy.http1;

import io.netty.util.concurrent.FastThreadLocal;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The scanners, the writer and the scratch array of one loop, used for one message after the other. Confined to one loop. */
public final class Workbench {
    private static final FastThreadLocal<Workbench> CURRENT = new FastThreadLocal<>() {
        @Override
        protected Workbench initialValue() {
            return new Workbench(InstantSource.system());
        }
    };

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

    /**
     * Scans the request that the buffer begins with, and takes its head out when it is whole.
     *
     * @return null when there is nothing new to scan; else the scanner, which tells what came of it
     */
    public @Nullable RequestScanner request(HeadBuffer buffer, HeadLimits limits) {
        return buffer.skipEmptyLines() && scan(requests, buffer, limits) ? requests : null;
    }

    /**
     * Scans the response that the buffer begins with, and takes its head out when it is whole.
     *
     * @return null when there is nothing new to scan; else the scanner, which tells what came of it
     */
    public @Nullable ResponseScanner response(HeadBuffer buffer, HeadLimits limits) {
        return scan(responses, buffer, limits) ? responses : null;
    }

    /** Tells whether there was anything new to scan. */
    private boolean scan(HeadScanner<?> scanner, HeadBuffer buffer, HeadLimits limits) {
        int most = limits.headBytes() + 1;
        boolean looked = false;
        for (int length; (length = buffer.look(this, most)) >= 0; ) {
            looked = true;
            scanner.scan(scratch, length, limits);
            if (scanner.head() != null) {
                buffer.skip(scanner.length());
            }
            if (scanner.head() != null || scanner.failure() != null || !buffer.moreToLookAt(most)) {
                break;
            }
        }
        return looked;
    }

    public HeadWriter heads() {
        return heads;
    }

    /** An array of at least that many bytes, whose content nobody else relies on. */
    byte[] scratch(int bytes) {
        if (scratch.length < bytes) {
            scratch = new byte[Integer.highestOneBit(bytes - 1) << 1];
        }
        return scratch;
    }

    /** The value of a header Date for now. */
    public byte[] date() {
        long second = Math.floorDiv(clock.millis(), 1000);
        if (second != dateSecond) {
            dateSecond = second;
            date = HttpDate.of(second);
        }
        return date;
    }
}
