package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Held against the table of its authors: key 00 to 0f, message 00 to the length less one. */
class SipHashTest {
    private static final List<String> PUBLISHED = List.of(
            "a3817f04ba25a8e66df67214c7550293",
            "da87c1d86b99af44347659119b22fc45",
            "8177228da4a45dc7fca38bdef60affe4",
            "9c70b60c5267a94e5f33b6b02985ed51",
            "f88164c12d9c8faf7d0f6e7c7bcd5579",
            "1368875980776f8854527a07690e9627",
            "14eeca338b208613485ea0308fd7a15e",
            "a1f1ebbed8dbc153c0b84aa61ff08239",
            "3b62a9ba6258f5610f83e264f31497b4",
            "264499060ad9baabc47f8b02bb6d71ed",
            "00110dc378146956c95447d3f3d0fbba",
            "0151c568386b6677a2b4dc6f81e5dc18",
            "d626b266905ef35882634df68532c125",
            "9869e247e9c08b10d029934fc4b952f7",
            "31fcefac66d7de9c7ec7485fe4494902",
            "5493e99933b0a8117e08ec0f97cfc3d9",
            "6ee2a4ca67b054bbfd3315bf85230577",
            "473d06e8738db89854c066c47ae47740",
            "a426e5e423bf4885294da481feaef723",
            "78017731cf65fab074d5208952512eb1",
            "9e25fc833f2290733e9344a5e83839eb");

    @Test
    void itGivesWhatIsPublished() {
        SipHash sip = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        for (int length = 0; length < PUBLISHED.size(); length++) {
            ByteBuffer message = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < length; i++) {
                message.put(i, (byte) i);
            }
            sip.begin();
            int whole = length / 8 * 8;
            for (int at = 0; at < whole; at += 8) {
                sip.add(message.getLong(at));
            }
            sip.end(message.getLong(whole) | (long) length << 56);
            ByteBuffer result = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            result.putLong(sip.first()).putLong(sip.second());
            assertThat(HexFormat.of().formatHex(result.array()))
                    .as("of %d bytes", length)
                    .isEqualTo(PUBLISHED.get(length));
        }
    }
}
