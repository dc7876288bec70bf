package io.outrigger.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Logger;

/**
 * A TLS context that follows its files. What can be used takes the place of what was there, for the connections that
 * are made from then on; what cannot be used changes nothing, and is told once. Shared by all loops.
 */
final class LiveContext {
    private static final Logger LOG = Logger.getLogger(LiveContext.class.getName());

    /** Makes a context of what the files hold now. */
    interface Maker {
        SslContext make() throws UnusableFile;
    }

    private final String owner;
    private final Maker maker;
    private final FileWatch.Watched files;
    private SslContext current; // guarded by this, so that nobody takes one that is being released
    private boolean released; // guarded by this

    /** The owner is named in the log: {@code listener outbound}. */
    LiveContext(String owner, List<Path> files, Maker maker) throws UnusableFile {
        this.owner = owner;
        this.maker = maker;
        this.files = new FileWatch.Watched(files); // before they are read: what changes meanwhile will be seen
        this.current = maker.make();
    }

    /** Follows the files until the returned runnable is run; the context of that moment stays usable. */
    Runnable follow(FileWatch watch) {
        return files.isEmpty() ? () -> {} : watch.watch(files, this::changed);
    }

    synchronized SslHandler newHandler(ByteBufAllocator allocator) {
        return current.newHandler(allocator);
    }

    /** For a client; the name is the one that the peer's certificate must have. */
    synchronized SslHandler newHandler(ByteBufAllocator allocator, String name, int port) {
        return current.newHandler(allocator, name, port);
    }

    /**
     * Gives the context back; the connections that were made with it go on. To be called once, when the files are no
     * longer followed and nobody makes connections any more.
     */
    synchronized void release() {
        released = true;
        ReferenceCountUtil.release(current);
    }

    void changed() {
        SslContext next;
        try {
            next = maker.make();
        } catch (UnusableFile e) {
            LOG.warning(() -> owner + ": TLS goes on with the files as they were, because of " + e.getMessage());
            return;
        }
        SslContext before;
        synchronized (this) {
            if (released) { // while the files were read for the last time
                ReferenceCountUtil.release(next);
                return;
            }
            before = current;
            current = next;
        }
        ReferenceCountUtil.release(before); // the connections that were made with it hold it themselves
        LOG.info(() -> owner + ": TLS has taken over changed files");
    }
}
