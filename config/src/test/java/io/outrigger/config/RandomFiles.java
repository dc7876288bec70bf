package io.outrigger.config;

import io.outrigger.config.key.Key;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes files that are nearly right, or far from it, always the same ones from the same seed. Confined to one thread. */
final class RandomFiles {
    /** What means something to YAML, to us or to others who read YAML, or looks as if. */
    private static final List<String> PIECES = List.of(
            "\t",
            "\n",
            "\r\n",
            "\r",
            "\u0085",
            "\u2028",
            " ",
            "  ",
            "#",
            " #",
            ":",
            ": ",
            "- ",
            "? ",
            ",",
            "[",
            "]",
            "{",
            "}",
            "&a ",
            "*a",
            "!x ",
            "!!str ",
            "!<tag:x> ",
            "|\n",
            ">-\n",
            "|9\n",
            "'",
            "\"",
            "\\",
            "\\x",
            "\\u0000",
            "%YAML 1.1\n",
            "%TAG ! x\n",
            "---\n",
            "...\n",
            "--- ",
            "<<: ",
            "=",
            "~",
            "null",
            "@",
            "`",
            "\uFEFF",
            "\0",
            "\u0007",
            "\u007F",
            "\uFFFE",
            "\uD83D\uDE00",
            "\u00E9",
            "\u202E",
            "\u3000",
            "on",
            "off",
            "OFF",
            "yes",
            "012",
            "0x1F",
            "12:30",
            "1e3",
            "1_000",
            ".5",
            "5.",
            "-1",
            "+1",
            ".inf",
            ".nan",
            "99999999999999999999",
            "-0",
            "2001-01-01",
            "true",
            "${",
            "${}",
            "${A",
            "${SERVICE}",
            "${EMPTY}",
            "${MISSING}",
            "${MISSING:-x}",
            "$${",
            "${${A}}",
            "}",
            "250ms",
            "1m30s",
            "1.5s",
            "9999999999d",
            "0ms",
            "1ms1s",
            "64KiB",
            "9999999GiB",
            "20%",
            "100.0001%",
            "500-599",
            "599-500",
            "*.x.y",
            "unix:/x",
            "[::1]:80",
            "::1:80",
            "1.2.3.4:0",
            "a:99999",
            "/a/../b",
            "/{x}/{x}",
            "((a{9}){9}){9}",
            "(?=x)",
            "[",
            "dynamic",
            "memory",
            "outbound",
            "app",
            "redis://u:p@h",
            "x".repeat(300));

    private final Random random;
    private final List<byte[]> fine;
    private final List<byte[]> broken;
    private final List<String> keys;

    /** @param fine to be changed a little; broken, too, so that problems meet each other */
    RandomFiles(long seed, List<byte[]> fine, List<byte[]> broken) {
        this.random = new Random(seed);
        this.fine = fine;
        this.broken = broken;
        this.keys =
                new Registry().keys.values().stream().map(Key::name).distinct().toList();
    }

    byte[] next() {
        return switch (random.nextInt(8)) {
            case 0 -> noise();
            case 1 -> text(tree(0)).getBytes(StandardCharsets.UTF_8);
            default -> mutated();
        };
    }

    private byte[] noise() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Keys of ours where they may stand or elsewhere, with values that may or may not fit. */
    private String tree(int depth) {
        StringBuilder flow = new StringBuilder("{");
        for (int i = random.nextInt(4) + (depth == 0 ? 2 : 0); i > 0; i--) {
            flow.append(one(keys)).append(": ").append(value(depth)).append(i > 1 ? ", " : "");
        }
        return flow.append('}').toString();
    }

    private String value(int depth) {
        int kind = depth > 5 ? 9 : random.nextInt(10);
        return switch (kind) {
            case 0, 1, 2 -> tree(depth + 1);
            case 3 -> "[" + value(depth + 1) + ", " + value(depth + 1) + "]";
            case 4 -> "[" + value(depth + 1) + "]";
            case 5 -> Integer.toString(random.nextInt(-2, 600));
            case 6 -> "'" + one(PIECES).replace("'", "''") + "'";
            default -> one(PIECES).strip();
        };
    }

    private String text(String flow) {
        return random.nextBoolean()
                ? flow
                : flow.substring(1, flow.length() - 1).replace(", ", "\n");
    }

    private byte[] mutated() {
        List<byte[]> from = random.nextBoolean() ? fine : broken;
        byte[] file = from.get(random.nextInt(from.size()));
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            file = mutated(file);
        }
        return file;
    }

    private byte[] mutated(byte[] file) {
        int at = random.nextInt(file.length + 1);
        int to = Math.min(file.length, at + random.nextInt(12));
        return switch (random.nextInt(8)) {
            case 0 -> joined(file, at, new byte[] {(byte) random.nextInt(256)}, at);
            case 1 -> joined(file, at, new byte[0], to);
            case 2 -> Arrays.copyOf(file, at);
            case 3 -> joined(file, at, Arrays.copyOfRange(file, at, to), at); // twice
            case 4 -> swappedLines(file);
            case 5 -> joined(file, at, one(keys).getBytes(StandardCharsets.UTF_8), at);
            default -> joined(file, at, one(PIECES).getBytes(StandardCharsets.UTF_8), random.nextBoolean() ? at : to);
        };
    }

    private static byte[] joined(byte[] file, int end, byte[] middle, int from) {
        byte[] all = new byte[end + middle.length + file.length - from];
        System.arraycopy(file, 0, all, 0, end);
        System.arraycopy(middle, 0, all, end, middle.length);
        System.arraycopy(file, from, all, end + middle.length, file.length - from);
        return all;
    }

    private byte[] swappedLines(byte[] file) {
        List<String> lines = new ArrayList<>(
                new String(file, StandardCharsets.ISO_8859_1).lines().toList());
        if (!lines.isEmpty()) {
            String line = lines.remove(random.nextInt(lines.size()));
            lines.add(random.nextInt(lines.size() + 1), line);
        }
        return String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    private String one(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }
}
