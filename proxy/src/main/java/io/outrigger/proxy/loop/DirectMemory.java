package io.outrigger.proxy.loop;

import io.netty.util.internal.PlatformDependent;

/**
 * What buffers may take outside the heap: as much as the JVM's flags say, or what a container leaves for them. Whoever
 * finds nothing left is refused, which is better than what the kernel does to a process that takes more than its
 * container has. Immutable.
 *
 * @param bytes that they may take
 * @param usual bytes, by the flags
 * @param container bytes that the container has; {@link ControlGroup#NONE} without a limit
 * @param wanted bytes that it would have to have for the usual ones
 */
public record DirectMemory(long bytes, long usual, long container, long wanted) {
    private static final long REST =
            96L << 20; // for classes, code and compiling 62 MiB, sockets in the kernel, a healthcheck
    private static final long LEAST = 8L << 20; // enough for some thousand connections, slowly

    private static final DirectMemory OF_PROCESS = of(
            PlatformDependent.maxDirectMemory(),
            Runtime.getRuntime().maxMemory(),
            ControlGroup.ofProcess().memoryLimit());

    public static DirectMemory ofProcess() {
        return OF_PROCESS;
    }

    static DirectMemory of(long usual, long heap, long container) {
        long left = container - heap - REST;
        return new DirectMemory(Math.min(usual, Math.max(left, LEAST)), usual, container, usual + heap + REST);
    }

    /** What an operator should know; empty when buffers have as much as usual. */
    public String complaint() {
        return bytes == usual
                ? ""
                : "the container has " + mib(container) + " MiB of memory, which leaves " + mib(bytes)
                        + " for buffers (expected: " + mib(wanted) + " MiB, for all " + mib(usual) + " of them)";
    }

    private static long mib(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
