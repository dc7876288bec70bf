package io.outrigger.proxy.reload;

import java.io.IOException;
import java.util.Arrays;

/** What was found where the file should be. Immutable. */
sealed interface Content {
    /** A file, whole or not. */
    record Bytes(byte[] bytes) implements Content {
        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes(byte[] others) && Arrays.equals(bytes, others);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** Nothing that can be read, and why. */
    record None(String why) implements Content {}

    static Content of(Source source) {
        try {
            return new Bytes(source.content());
        } catch (IOException e) {
            return new None(String.valueOf(e.getMessage()));
        }
    }
}
