package io.outrigger.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.proxy.tls.FileWatch.Watched;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are looked at again and again: which changes are told, and when. */
class FileWatchTest {
    private final FileWatch watch = new FileWatch(10);
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    private Path one;
    private Path two;

    @BeforeEach
    void write() throws IOException {
        one = Files.writeString(folder.resolve("one"), "1");
        two = Files.writeString(folder.resolve("two"), "2");
    }

    @AfterEach
    void end() {
        watch.close();
    }

    @Test
    void aFileMayBeWrittenInItsPlace() throws Exception {
        Watched files = new Watched(List.of(one, two));
        Files.writeString(two, "3");
        assertChangedOnce(files);
    }

    @Test
    void aFileMayBeRenamedIntoItsPlace() throws Exception {
        Watched files = new Watched(List.of(one, two));
        Path fresh = Files.writeString(folder.resolve("fresh"), "9");
        Files.setLastModifiedTime(fresh, Files.getLastModifiedTime(one)); // and looks the same from outside
        Files.move(fresh, one, StandardCopyOption.ATOMIC_MOVE);
        assertChangedOnce(files);
    }

    /** As Kubernetes does it: the files are links to ..data/x, and ..data is a link that is replaced. */
    @Test
    void aMountedFolderMayBeSwapped() throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve("..2026_1")).resolve("key"), "old");
        Files.writeString(Files.createDirectory(folder.resolve("..2026_2")).resolve("key"), "new");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_1"));
        Path key = Files.createSymbolicLink(folder.resolve("key"), Path.of("..data/key"));
        Watched files = new Watched(List.of(one, key));
        Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2026_2"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
        assertChangedOnce(files);
    }

    @Test
    void aFileMayBeGoneAndComeBack() throws Exception {
        Watched files = new Watched(List.of(one, two));
        Files.delete(one);
        assertChangedOnce(files);
        Files.writeString(one, "1");
        assertChangedOnce(files);
    }

    @Test
    void whatWasOnlyTouchedHasNotChanged() throws Exception {
        Watched files = new Watched(List.of(one, two));
        Files.setLastModifiedTime(one, FileTime.fromMillis(0));
        Files.writeString(two, "2");
        assertThat(files.hasChanged()).isFalse();
        assertThat(files.hasChanged()).isFalse();
    }

    @Test
    void contentMovedFromOneFileToTheOtherHasChanged() throws Exception {
        Watched files = new Watched(List.of(one, two));
        Files.writeString(one, "");
        Files.writeString(two, "12");
        assertChangedOnce(files);
    }

    /** Whoever opens a pipe waits; and of a file that is too large nobody wants to hold all. */
    @Test
    void whatIsNoFileIsNotOpenedAndOfALargeOneTheBeginningCounts() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path large = folder.resolve("large");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(1L << 40); // without taking that much of the disk
        }
        Watched files = new Watched(List.of(pipe, large));
        assertThat(files.hasChanged()).isFalse();
        replace(large, "of a size that can be used");
        assertChangedOnce(files);
    }

    @Test
    void whatStillChangesIsNotTold() throws Exception {
        Watched files = new Watched(List.of(one, two));
        for (int i = 0; i < 5; i++) {
            Files.writeString(one, "unfinished " + i);
            assertThat(files.hasChanged()).isFalse();
        }
        assertThat(files.hasChanged()).isTrue();
    }

    private static void assertChangedOnce(Watched files) {
        assertThat(files.hasChanged()).as("at the first look").isFalse();
        assertThat(files.hasChanged()).as("at the second look").isTrue();
        assertThat(files.hasChanged()).as("at the third look").isFalse();
    }

    // ---- by itself

    @Test
    void tellsEachChangeAlsoAfterABugOfWhoeverIsTold() throws Exception {
        watch.watch(new Watched(List.of(one)), () -> {
            String now = read(one);
            told.add(now);
            if (now.equals("a")) {
                throw new IllegalStateException("a bug, on purpose");
            }
            throw new OutOfMemoryError("on purpose");
        });
        for (String content : List.of("a", "b", "c")) {
            replace(one, content);
            assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(content);
        }
    }

    @Test
    void seesWhatChangedBeforeItBegan() throws Exception {
        Watched files = new Watched(List.of(one));
        replace(one, "meanwhile");
        watch.watch(files, () -> told.add(read(one)));
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("meanwhile");
    }

    @Test
    void saysNothingOnceToldToStop() throws Exception {
        watch.watch(new Watched(List.of(one)), () -> told.add("stopped")).run();
        watch.watch(new Watched(List.of(two)), () -> told.add("going on"));
        replace(one, "a");
        replace(two, "a");
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("going on");
        assertThat(told).isEmpty();
    }

    @Test
    void saysNothingOnceClosed() {
        watch.close();
        assertThat(watch.watch(new Watched(List.of(one)), () -> {})).isNotNull();
    }

    private void replace(Path file, String content) throws IOException {
        Path fresh = Files.writeString(folder.resolve("fresh"), content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
