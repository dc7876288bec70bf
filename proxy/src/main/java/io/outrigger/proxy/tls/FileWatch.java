package io.outrigger.proxy.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at files twice a second, and tells when their content has changed and been the same in two looks: whoever
 * writes several files, or a large one, is not caught in the middle. Goes by content, so that it does not matter
 * whether a file was written, renamed into its place, or is behind symlinks of which one was changed. Its thread
 * begins with the first file. Shared by all loops.
 */
public final class FileWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FileWatch.class.getName());
    private static final byte[] ABSENT = {};
    private static final int LOOKED_AT_BYTES = PemFile.LARGEST_BYTES + 1; // a larger one can be used for nothing

    private final long everyMillis;
    private @Nullable ScheduledExecutorService thread; // null until there is something to look at; guarded by this
    private boolean closed; // guarded by this

    public FileWatch() {
        this(500);
    }

    FileWatch(long everyMillis) {
        this.everyMillis = everyMillis;
    }

    /** Files that belong together, with what was last seen in them. Confined to the watch's thread once it is watched. */
    public static final class Watched {
        private final List<Path> files;
        private byte[] told; // the digest of the content that is known to whoever is told
        private byte[] seen; // that of the last look

        /** Looks at once: what changes from now on will be told. */
        public Watched(List<Path> files) {
            this.files = List.copyOf(files);
            this.told = digest();
            this.seen = told;
        }

        boolean isEmpty() {
            return files.isEmpty();
        }

        /** Looks again; true when what it finds is new and was the same the last time. */
        public boolean hasChanged() {
            byte[] now = digest();
            boolean settled = Arrays.equals(now, seen);
            seen = now;
            if (!settled || Arrays.equals(now, told)) {
                return false;
            }
            told = now;
            return true;
        }

        private byte[] digest() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                for (Path file : files) {
                    digest.update(MessageDigest.getInstance("SHA-256").digest(content(file)));
                }
                return digest.digest();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        private static byte[] content(Path file) {
            if (!Files.isRegularFile(file)) {
                return ABSENT; // who opens a pipe waits for what comes out of it
            }
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes(LOOKED_AT_BYTES);
            } catch (IOException e) {
                return ABSENT;
            }
        }
    }

    /** Runs {@code changed} on the watch's thread after each change. Returns what ends that. */
    public synchronized Runnable watch(Watched files, Runnable changed) {
        if (closed) {
            return () -> {};
        }
        if (thread == null) {
            thread = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("outrigger-files").factory());
        }
        var looking = thread.scheduleWithFixedDelay(
                () -> look(files, changed), everyMillis, everyMillis, TimeUnit.MILLISECONDS);
        return () -> looking.cancel(false);
    }

    private static void look(Watched files, Runnable changed) {
        try {
            if (files.hasChanged()) {
                changed.run();
            }
        } catch (RuntimeException | Error bug) { // also when memory ran out: nobody would look any more
            LOG.log(Level.SEVERE, "files " + files.files + ": a bug", bug); // and looks again, all the same
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
