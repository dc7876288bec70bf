package io.outrigger.config.key;

import io.outrigger.config.yaml.YamlNode;

/**
 * A scalar with its variables filled in. Immutable.
 *
 * @param original what the file says, for messages and for the effective configuration
 * @param plain that it stands without quotes
 */
public record Written(String text, String original, boolean plain, boolean fromEnvironment) {
    private static final int LONGEST_SHOWN = 80;

    static Written asIs(YamlNode.Scalar scalar) {
        return new Written(scalar.text(), scalar.text(), scalar.plain(), false);
    }

    boolean isNothing() {
        return plain && CoreSchema.isNull(original);
    }

    /** Whether quotes, or their absence, say what type it is; what comes from the environment is not quoted there. */
    public boolean mayBeText() {
        return !plain || fromEnvironment || CoreSchema.isText(text);
    }

    public boolean mayBeOther() {
        return plain || fromEnvironment;
    }

    /** For messages: never the value of a variable, which may be a secret. */
    String shown() {
        if (isNothing()) {
            return "nothing";
        }
        String text = original.length() <= LONGEST_SHOWN ? original : original.substring(0, LONGEST_SHOWN) + "…";
        StringBuilder line = new StringBuilder(text.length() + 2);
        text.codePoints().forEach(c -> line.appendCodePoint(Character.isISOControl(c) ? '·' : c));
        return (plain ? line.toString() : "\"" + line + "\"") + (fromEnvironment ? length() : "");
    }

    /** Enough to see that a variable is empty, cut or not the one that was meant. */
    private String length() {
        int length = text.codePointCount(0, text.length());
        return switch (length) {
            case 0 -> " is empty";
            case 1 -> " is 1 character";
            default -> " is " + length + " characters";
        };
    }
}
