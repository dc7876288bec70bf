package io.outrigger.proxy.http1;

import java.util.List;

/** What comes over a connection and is read by somebody of ours and by somebody plain. */
enum MessageKind {
    REQUESTS {
        @Override
        List<String> read(List<String> pieces, HeadLimits limits) {
            return Readings.requests(pieces, limits);
        }

        @Override
        List<String> readPlainly(String text, HeadLimits limits) {
            return PlainHeads.request(text, limits);
        }
    },
    RESPONSES {
        @Override
        List<String> read(List<String> pieces, HeadLimits limits) {
            return Readings.responses(pieces, limits);
        }

        @Override
        List<String> readPlainly(String text, HeadLimits limits) {
            return PlainHeads.response(text, limits);
        }
    },
    CHUNKS {
        @Override
        List<String> read(List<String> pieces, HeadLimits limits) {
            return Readings.chunks(pieces);
        }

        @Override
        List<String> readPlainly(String text, HeadLimits limits) {
            return PlainChunks.read(text);
        }
    };

    /** What we make of it: in words, of which the first is {@code refused:} or {@code incomplete} where that is so. */
    abstract List<String> read(List<String> pieces, HeadLimits limits);

    /** The same by the plain reader, which may say {@link PlainHeads#OPEN} and gives no reasons. */
    abstract List<String> readPlainly(String text, HeadLimits limits);

    static boolean isRefused(List<String> read) {
        return read.getFirst().startsWith("refused");
    }

    static boolean isTaken(List<String> read) {
        return !isRefused(read) && !read.equals(Readings.INCOMPLETE) && !read.equals(PlainHeads.OPEN);
    }
}
