package io.outrigger.proxy.reload;

import io.outrigger.config.ReadResult;
import java.io.IOException;

/** Where configurations come from. Asked on the reload thread. */
public interface Source {
    /** What it is called in messages. */
    String title();

    /**
     * The bytes that are there now, whoever may be writing them.
     *
     * @throws IOException when there are none; the message names the file and the reason
     */
    byte[] content() throws IOException;

    /** What the bytes say, or all that is wrong with them. */
    ReadResult read(byte[] content);
}
