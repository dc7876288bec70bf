package io.outrigger.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The file of a Unix socket, which outlives the process that made it when that was killed. Immutable. */
public record SocketFile(Path path) {
    /** Who may connect, of those who reach the file at all. Immutable. */
    public enum Access {
        OWNER("rw-------"),
        EVERYONE("rw-rw-rw-");

        private final String permissions;

        Access(String permissions) {
            this.permissions = permissions;
        }
    }

    /** Deletes a socket that nobody listens on any more; leaves everything else alone. */
    public void clear() throws IOException {
        if (!exists() || !attributes().isOther()) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false); // a listener whose queue is full would make it wait
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException e) {
            Files.deleteIfExists(path);
        }
    }

    /** Whether there is anything at that path. */
    public boolean exists() {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    public void allow(Access access) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(access.permissions));
    }

    /** What tells this file from another one that has been put in its place; null where nothing does. */
    public @Nullable Object identity() throws IOException {
        return attributes().fileKey();
    }

    /** Deletes the file, unless another one has taken its place: one with another identity. */
    public void delete(@Nullable Object identity) throws IOException {
        if (exists() && Objects.equals(attributes().fileKey(), identity)) {
            Files.deleteIfExists(path);
        }
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
