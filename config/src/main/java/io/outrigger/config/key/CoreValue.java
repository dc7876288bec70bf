package io.outrigger.config.key;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The values of plain scalars in YAML 1.2, for the schema; a configuration is read without them. */
public final class CoreValue {
    private CoreValue() {}

    /** As JSON would have it; null for nothing. */
    public static @Nullable Object of(String plain) {
        if (CoreSchema.isText(plain)) {
            return plain;
        }
        if (CoreSchema.isNull(plain)) {
            return null;
        }
        String lower = plain.toLowerCase(Locale.ROOT);
        if (lower.equals("true") || lower.equals("false")) {
            return lower.equals("true");
        }
        if (lower.startsWith("0x") || lower.startsWith("0o")) {
            return new BigInteger(lower.substring(2), lower.charAt(1) == 'x' ? 16 : 8);
        }
        if (lower.endsWith("nan") || lower.endsWith("inf")) {
            return lower.endsWith("nan")
                    ? Double.NaN
                    : lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        BigDecimal number = new BigDecimal(lower);
        return number.scale() == 0 && lower.indexOf('e') < 0 ? number.unscaledValue() : number;
    }
}
