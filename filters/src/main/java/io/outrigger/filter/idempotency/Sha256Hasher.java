package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** For what leaves the process: everybody comes to the same digest, and nobody to another message with it. Confined to one loop. */
final class Sha256Hasher extends Hasher {
    private static final int PIECE = 4096; // bytes

    private final MessageDigest sha;
    private final byte[] piece = new byte[PIECE];
    private final byte[] digest = new byte[Digest.LENGTH];

    Sha256Hasher() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    @Override
    void add(byte[] bytes, int from, int to) {
        sha.update(bytes, from, to - from);
    }

    /** By way of an array: given direct memory, the JDK makes an array for each piece. */
    @Override
    void add(ByteBuf bytes) {
        int end = bytes.writerIndex();
        for (int at = bytes.readerIndex(); at < end; at += PIECE) {
            int length = Math.min(PIECE, end - at);
            bytes.getBytes(at, piece, 0, length);
            sha.update(piece, 0, length);
        }
    }

    @Override
    void reset() {
        sha.reset();
    }

    @Override
    Digest digest() {
        try {
            sha.digest(digest, 0, Digest.LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException(e); // there is room for it
        }
        return Digest.of(digest);
    }
}
