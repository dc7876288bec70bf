package io.outrigger.proxy.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A step that Redis carries out as one: nothing of another comes between. Immutable.
 *
 * @param digest what Redis knows it by, once it has seen the text
 */
record Script(String text, String digest) {
    static Script of(String text) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1"); // Redis's choice, for a name and not for safety
            return new Script(text, HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8))));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
