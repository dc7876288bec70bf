package io.outrigger.config.key;

/** What plain scalars are in YAML 1.2 (§10.3.2): there {@code on}, {@code yes} and {@code 12:30} are text. */
public final class CoreSchema {
    private CoreSchema() {}

    public static boolean isText(String plain) {
        return switch (plain) {
            case "true", "True", "TRUE", "false", "False", "FALSE" -> false;
            case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF" -> false;
            default -> !isNull(plain) && !isNumber(plain);
        };
    }

    static boolean isNull(String plain) {
        return switch (plain) {
            case "", "~", "null", "Null", "NULL" -> true;
            default -> false;
        };
    }

    private static boolean isNumber(String plain) {
        if (plain.startsWith("0x") || plain.startsWith("0o")) {
            int radix = plain.charAt(1) == 'x' ? 16 : 8;
            return plain.length() > 2 && plain.chars().skip(2).allMatch(c -> Character.digit(c, radix) >= 0 && c < 128);
        }
        int at = plain.charAt(0) == '+' || plain.charAt(0) == '-' ? 1 : 0;
        if (plain.startsWith(".inf", at) && plain.length() == at + 4) {
            return true;
        }
        int whole = digits(plain, at);
        int end = at + whole;
        int fraction = 0;
        if (end < plain.length() && plain.charAt(end) == '.') {
            fraction = digits(plain, end + 1);
            end += 1 + fraction;
        }
        if (whole + fraction == 0) {
            return false;
        }
        if (end < plain.length() && (plain.charAt(end) == 'e' || plain.charAt(end) == 'E')) {
            end++;
            if (end < plain.length() && (plain.charAt(end) == '+' || plain.charAt(end) == '-')) {
                end++;
            }
            int exponent = digits(plain, end);
            return exponent > 0 && end + exponent == plain.length();
        }
        return end == plain.length();
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - from;
    }
}
