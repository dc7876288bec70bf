package io.outrigger.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DirectMemoryTest {
    private static final long MIB = 1 << 20;

    private static DirectMemory with(long containerMib) {
        return DirectMemory.of(48 * MIB, 48 * MIB, containerMib * MIB);
    }

    @Test
    void withoutALimitBuffersHaveWhatTheFlagsSay() {
        DirectMemory memory = DirectMemory.of(48 * MIB, 48 * MIB, ControlGroup.NONE);
        assertThat(memory.bytes()).isEqualTo(48 * MIB);
        assertThat(memory.complaint()).isEmpty();
    }

    @Test
    void aContainerIsNotFilledToWhereTheKernelEndsIt() {
        assertThat(with(192).bytes()).isEqualTo(48 * MIB);
        assertThat(with(192).complaint()).isEmpty();
        assertThat(with(160).bytes()).isEqualTo(16 * MIB);
        assertThat(with(160).complaint())
                .isEqualTo("the container has 160 MiB of memory, which leaves 16 for buffers"
                        + " (expected: 192 MiB, for all 48 of them)");
    }

    @Test
    void thereAreSomeHoweverSmallItIs() {
        assertThat(with(128).bytes()).isEqualTo(8 * MIB);
        assertThat(with(64).bytes()).isEqualTo(8 * MIB);
        assertThat(DirectMemory.of(4 * MIB, 48 * MIB, 64 * MIB).bytes())
                .as("by the flags")
                .isEqualTo(4 * MIB);
    }
}
