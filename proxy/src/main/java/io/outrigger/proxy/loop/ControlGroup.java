package io.outrigger.proxy.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The limit of memory that the kernel keeps this process to (cgroups(7)): above it, it ends the process without a word.
 * Immutable.
 *
 * @param group /proc/self/cgroup, which names the groups that the process is in
 * @param tree /sys/fs/cgroup, where their limits stand
 */
record ControlGroup(Path group, Path tree) {
    /** What {@link #memoryLimit} gives where there is none. */
    static final long NONE = Long.MAX_VALUE;

    static ControlGroup ofProcess() {
        return new ControlGroup(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
    }

    /** In bytes: the least of the process's own group and those around it, of either version of control groups. */
    long memoryLimit() {
        long least = NONE;
        try {
            for (String line : Files.readAllLines(group)) {
                String[] parts = line.split(":", 3); // a number, what it controls (nothing in version 2), where it is
                if (parts.length == 3 && parts[1].isEmpty()) {
                    least = Math.min(least, least(tree, parts[2], "memory.max"));
                } else if (parts.length == 3 && ("," + parts[1] + ",").contains(",memory,")) {
                    least = Math.min(least, least(tree.resolve("memory"), parts[2], "memory.limit_in_bytes"));
                }
            }
        } catch (IOException e) {
            return NONE; // a system without them
        }
        return least;
    }

    /** A container that sees no more than its own group finds that at the root, whatever it is called outside. */
    private static long least(Path root, String name, String file) {
        long least = limit(root.resolve(file));
        Path at = root;
        for (Path part : Path.of(name)) {
            at = at.resolve(part);
            least = Math.min(least, limit(at.resolve(file)));
        }
        return least;
    }

    private static long limit(Path file) {
        try {
            String text = Files.readString(file).strip();
            return text.equals("max") ? NONE : Long.parseLong(text);
        } catch (IOException | NumberFormatException e) {
            return NONE; // not there, or not for us
        }
    }
}
