package io.outrigger.proxy.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/**
 * Private keys in the three forms that are found in PEM: PKCS #8 (RFC 5958), which the JDK reads, and PKCS #1 for RSA
 * (RFC 8017 A.1.2) and SEC 1 for EC (RFC 5915), which it reads once they are put into a PKCS #8 envelope. Immutable.
 */
final class PrivateKeys {
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int CURVE = 0xA0; // [0] EXPLICIT, in an EC key
    private static final byte[] VERSION = {2, 1, 0};
    private static final byte[] RSA = {6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0};
    private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};
    private static final byte[] NONE = {};

    private PrivateKeys() {}

    /** The label is that of the PEM block. */
    static PrivateKey of(String label, byte[] der) throws GeneralSecurityException {
        return switch (label) {
            case "PRIVATE KEY" -> ofPkcs8(der);
            case "RSA PRIVATE KEY" -> ofPkcs8(envelope(RSA, NONE, der));
            case "EC PRIVATE KEY" -> ofPkcs8(envelope(EC, curve(der), der));
            default -> throw new InvalidKeySpecException(label);
        };
    }

    private static PrivateKey ofPkcs8(byte[] der) throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException e) {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
        }
    }

    private static byte[] envelope(byte[] algorithm, byte[] parameters, byte[] key) {
        return value(SEQUENCE, VERSION, value(SEQUENCE, algorithm, parameters), value(OCTETS, key));
    }

    private static byte[] value(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        if (length < 128) {
            all.write(length);
        } else {
            all.write(0x82); // two bytes do for every key
            all.write(length >> 8);
            all.write(length);
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }

    /** The curve that an EC key names: ECPrivateKey is a sequence of version, key, [0] curve, [1] public key. */
    private static byte[] curve(byte[] der) throws InvalidKeySpecException {
        try {
            int at = contentAt(der, 0);
            while (at < der.length) {
                int content = contentAt(der, at);
                int end = content + lengthAt(der, at);
                if ((der[at] & 0xFF) == CURVE) {
                    return Arrays.copyOfRange(der, content, end);
                }
                at = end;
            }
        } catch (IndexOutOfBoundsException e) {
            throw new InvalidKeySpecException("cut", e);
        }
        throw new InvalidKeySpecException("no curve");
    }

    private static int contentAt(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        return at + 2 + (first < 128 ? 0 : first & 0x7F);
    }

    private static int lengthAt(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        if (first < 128) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7F); i++) {
            length = length << 8 | der[at + 2 + i] & 0xFF;
        }
        if (length < 0) {
            throw new IndexOutOfBoundsException(length);
        }
        return length;
    }
}
