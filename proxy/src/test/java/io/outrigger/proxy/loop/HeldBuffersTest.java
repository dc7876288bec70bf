package io.outrigger.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class HeldBuffersTest {
    private final HeldBuffers held = new HeldBuffers();
    private final ByteBuf one = Unpooled.buffer(1);
    private final ByteBuf two = Unpooled.buffer(1);
    private final ByteBuf three = Unpooled.buffer(1);

    @Test
    void comeBackInTheOrderInWhichTheyWereAdded() {
        held.add(one);
        held.add(two);
        assertThat(held.remove()).isSameAs(one);
        held.add(three);
        assertThat(held.remove()).isSameAs(two);
        assertThat(held.remove()).isSameAs(three);
        assertThat(held.isEmpty()).isTrue();
        assertThatThrownBy(held::remove).hasMessage("nothing is held");
    }

    @Test
    void areReleasedTogether() {
        held.add(one);
        held.add(two);
        held.release();
        assertThat(held.isEmpty()).isTrue();
        assertThat(one.refCnt() + two.refCnt()).isZero();
        held.release();
    }
}
