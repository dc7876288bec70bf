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

    /** What the bytes say, or all that is wrong with them and with the files that they name. */
    Checked read(byte[] content);

    /** What was made of the bytes, and of the files that they name. */
    record Checked(ReadResult result, OtherFiles files) {}

    /** The other files that a configuration uses, as they were before they were looked at. Confined to the reload thread. */
    @FunctionalInterface
    interface OtherFiles {
        OtherFiles NONE = () -> false;

        /** Looks again; true when they are other ones than before, and no longer being written. Tells each change once. */
        boolean haveChanged();
    }
}
