package io.outrigger.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupTest {
    @TempDir
    private Path folder;

    private ControlGroup group;

    @BeforeEach
    void begin() {
        group = new ControlGroup(folder.resolve("self"), folder.resolve("tree"));
    }

    private void in(String... groups) throws IOException {
        Files.writeString(folder.resolve("self"), String.join("\n", groups) + "\n");
    }

    private void has(String file, String limit) throws IOException {
        Path path = folder.resolve("tree").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, limit + "\n");
    }

    @Test
    void aContainerFindsItsOwnLimitAtTheRoot() throws IOException {
        in("0::/");
        has("memory.max", "134217728");
        assertThat(group.memoryLimit()).isEqualTo(128L << 20);
    }

    @Test
    void theLeastOfAllGroupsAroundCounts() throws IOException {
        in("0::/kubepods/pod7/outrigger");
        has("kubepods/memory.max", "8589934592");
        has("kubepods/pod7/memory.max", "268435456");
        has("kubepods/pod7/outrigger/memory.max", "max");
        assertThat(group.memoryLimit()).isEqualTo(256L << 20);
    }

    @Test
    void versionOneHasItsOwnFile() throws IOException {
        in("11:cpu,cpuacct:/docker/1f", "5:memory:/docker/1f", "1:name=systemd:/docker/1f");
        has("memory/memory.limit_in_bytes", "201326592"); // where a container sees its own group
        assertThat(group.memoryLimit()).isEqualTo(192L << 20);
        has("memory/docker/1f/memory.limit_in_bytes", "100663296");
        assertThat(group.memoryLimit()).isEqualTo(96L << 20);
    }

    @Test
    void withoutALimitThereIsNone() throws IOException {
        assertThat(group.memoryLimit()).as("no control groups").isEqualTo(ControlGroup.NONE);
        in("0::/user.slice");
        assertThat(group.memoryLimit()).as("no file").isEqualTo(ControlGroup.NONE);
        has("user.slice/memory.max", "max");
        assertThat(group.memoryLimit()).isEqualTo(ControlGroup.NONE);
        has("user.slice/memory.max", "much");
        assertThat(group.memoryLimit()).isEqualTo(ControlGroup.NONE);
    }
}
