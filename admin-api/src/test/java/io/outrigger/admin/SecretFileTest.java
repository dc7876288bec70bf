package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
    @TempDir
    private Path folder;

    private SecretFile holding(String text) throws IOException {
        return new SecretFile(Files.writeString(folder.resolve("secret"), text), "password");
    }

    private static void isRefused(SecretFile file, String why) {
        assertThatIOException().isThrownBy(file::read).withMessage(file.path() + ": " + why);
    }

    @Test
    void aSecretIsWhatStandsBetweenWhiteSpace() throws IOException {
        assertThat(holding(" s3 crét \n\n").read()).isEqualTo("s3 crét");
        assertThat(holding("x".repeat(4096)).read()).hasSize(4096);
    }

    @Test
    void oneThatCannotBeUsedIsRefusedByItsNameOnly() throws IOException {
        isRefused(holding(" \n"), "empty (expected: a password)");
        isRefused(holding("x".repeat(4097)), "larger than a password (expected: at most 4096 bytes)");
        isRefused(
                new SecretFile(folder.resolve("missing"), "password"),
                "no such file (expected: one that holds the password)");
        isRefused(new SecretFile(folder, "password"), "cannot be read (expected: a file that holds the password)");
    }

    /** Or whoever asks would wait until somebody writes. */
    @Test
    void aPipeIsNotOpened() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        isRefused(new SecretFile(pipe, "token"), "cannot be read (expected: a file that holds the token)");
    }
}
