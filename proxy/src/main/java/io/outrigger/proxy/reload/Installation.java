package io.outrigger.proxy.reload;

import io.outrigger.config.ReadResult;
import java.io.IOException;

/** Puts a configuration in the place of the one in force. Called on the reload thread. */
@FunctionalInterface
public interface Installation {
    /**
     * Does it as a whole, or not at all.
     *
     * @throws IOException when it cannot be done, such as when an address cannot be bound; the message says what
     */
    void install(ReadResult.Ok read) throws IOException;
}
