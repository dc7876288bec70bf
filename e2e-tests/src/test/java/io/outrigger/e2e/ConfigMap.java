package io.outrigger.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file as Kubernetes mounts it: a symlink into {@code ..data}, which is a symlink to a folder that is replaced as a
 * whole. Confined to one thread at a time.
 */
final class ConfigMap {
    private final Path folder;
    private int version;

    ConfigMap(String text) throws IOException {
        folder = Files.createTempDirectory("outrigger-map");
        Files.createSymbolicLink(file(), Path.of("..data", "outrigger.yaml"));
        publish(text);
    }

    Path file() {
        return folder.resolve("outrigger.yaml");
    }

    /** Puts this text in the place of the one before, in one step. */
    void publish(String text) throws IOException {
        Path old = folder.resolve("..v" + version);
        Path next = Files.createDirectory(folder.resolve("..v" + ++version));
        Files.writeString(next.resolve("outrigger.yaml"), text);
        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), next.getFileName());
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        if (Files.exists(old)) {
            Files.delete(old.resolve("outrigger.yaml"));
            Files.delete(old);
        }
    }

    /** Leaves the link without what it points to. */
    void unpublish() throws IOException {
        Files.delete(folder.resolve("..data"));
    }
}
