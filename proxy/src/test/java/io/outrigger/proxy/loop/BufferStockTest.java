package io.outrigger.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.IllegalReferenceCountException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferStockTest {
    private final StockedMemory memory = new StockedMemory(64L * 1024 * 1024, 1);
    private final BufferStock stock = new BufferStock(false, memory);

    private ByteBuf take(int bytes) {
        return stock.take(UnpooledByteBufAllocator.DEFAULT, bytes);
    }

    @ParameterizedTest
    @CsvSource({"1, 4096", "4096, 4096", "4097, 8192", "32768, 32768", "32769, 69632", "69632, 69632", "69633, 69633"})
    void hasBuffersOfAtLeastTheSizeThatIsAskedFor(int asked, int size) {
        ByteBuf buffer = take(asked);
        assertThat(buffer.capacity()).isEqualTo(size);
        assertThat(buffer.isDirect()).isTrue();
        buffer.release();
    }

    @Test
    void usesTheOneGivenBackLastFirstAndEmpty() {
        ByteBuf first = take(100);
        ByteBuf second = take(100);
        first.release();
        second.setIndex(7, 9).release();

        assertThat(take(100)).isSameAs(second);
        assertThat(second.readerIndex()).isZero();
        assertThat(second.writerIndex()).isZero();
        assertThat(second.refCnt()).isEqualTo(1);
        assertThat(take(100)).isSameAs(first);
        first.release();
        second.release();
    }

    @Test
    void whatWasGivenBackIsNotToBeUsedAnyMore() {
        ByteBuf buffer = take(100);
        buffer.release();
        assertThatThrownBy(() -> buffer.setByte(0, 1)).isInstanceOf(IllegalReferenceCountException.class);
        assertThatThrownBy(buffer::release).isInstanceOf(IllegalReferenceCountException.class);
        assertThat(take(100)).isSameAs(buffer); // once only
        assertThat(take(100)).isNotSameAs(buffer);
    }

    @Test
    void keepsAMebibyteOfEachSizeAtMost() {
        List<ByteBuf> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(take(BufferStock.LARGEST));
        }
        all.forEach(ByteBuf::release);
        List<ByteBuf> again = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            again.add(take(BufferStock.LARGEST));
        }
        Set<ByteBuf> before = Collections.newSetFromMap(new IdentityHashMap<>()); // buffers are equal by their content
        before.addAll(all);
        assertThat(again.subList(0, 15)).allMatch(before::contains);
        assertThat(again.subList(15, 20)).noneMatch(before::contains);
        again.forEach(ByteBuf::release);
    }

    @Test
    void whatIsNotUsedGoesBackToTheSystemAtTheEnd() {
        StockedMemory little = new StockedMemory(128 * 1024, 1);
        int all = 120 * 1024; // of those
        BufferStock own = new BufferStock(false, little);
        own.take(UnpooledByteBufAllocator.DEFAULT, 100).release();
        assertThatThrownBy(() -> little.take(all)).isInstanceOf(OutOfMemoryError.class);
        own.end();
        little.take(all);
        little.giveBack(all);
    }

    @Test
    void aBufferThatEndsOnAnotherThreadIsNotKept() {
        ByteBuf buffer = take(100);
        CompletableFuture.runAsync(buffer::release).join();
        assertThat(take(100)).isNotSameAs(buffer);
    }

    @Test
    void anEmptyOneTakesAllFromTheAllocator() {
        BufferStock empty = new BufferStock(true, memory);
        ByteBuf first = empty.take(UnpooledByteBufAllocator.DEFAULT, 100);
        first.release();
        ByteBuf second = empty.take(UnpooledByteBufAllocator.DEFAULT, 100);
        assertThat(second).isNotSameAs(first);
        second.release();
    }

    @Test
    void newBuffersGetSmallerAsMemoryIsUsedUp() {
        BufferStock some = new BufferStock(false, new StockedMemory(16 * BufferStock.LARGEST, 1));
        List<ByteBuf> all = new ArrayList<>();
        for (int i = 0; i < 26; i++) {
            all.add(some.takeUpTo(UnpooledByteBufAllocator.DEFAULT, BufferStock.LARGEST));
        }
        assertThat(all.subList(0, 8)).as("half").allMatch(buffer -> buffer.capacity() == BufferStock.LARGEST);
        assertThat(all.subList(8, 25)).as("a quarter").allMatch(buffer -> buffer.capacity() == 16 * 1024);
        assertThat(all.getLast().capacity()).isEqualTo(BufferStock.SMALLEST);

        all.getFirst().release();
        assertThat(some.takeUpTo(UnpooledByteBufAllocator.DEFAULT, BufferStock.LARGEST))
                .as("one that is there takes nothing")
                .isSameAs(all.getFirst());
        all.forEach(ByteBuf::release);
    }

    @Test
    void anEighthIsNotForReadingAndHalfOfThatNotForAnybody() {
        BufferStock some = new BufferStock(false, new StockedMemory(16 * BufferStock.LARGEST, 1));
        List<ByteBuf> taken = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            taken.add(some.take(UnpooledByteBufAllocator.DEFAULT, BufferStock.LARGEST));
        }
        assertThatThrownBy(() -> some.takeToHold(UnpooledByteBufAllocator.DEFAULT, 1))
                .isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> some.takeUpTo(UnpooledByteBufAllocator.DEFAULT, 1))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("buffers take all of the 1114112 bytes outside the heap");
        some.take(UnpooledByteBufAllocator.DEFAULT, 1).release();
        assertThatThrownBy(() -> some.take(UnpooledByteBufAllocator.DEFAULT, BufferStock.LARGEST))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("buffers take all of the 1114112 bytes outside the heap");
        assertThat(some.takeUpTo(UnpooledByteBufAllocator.DEFAULT, BufferStock.LARGEST)
                        .capacity())
                .as("what has been given back")
                .isEqualTo(BufferStock.SMALLEST);
        taken.forEach(ByteBuf::release);
    }

    @Test
    void whatGoesBackToTheSystemMayBeTakenAgain() {
        StockedMemory all = new StockedMemory(64L * BufferStock.LARGEST, 1);
        BufferStock some = new BufferStock(false, all);
        List<ByteBuf> taken = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            taken.add(some.take(UnpooledByteBufAllocator.DEFAULT, BufferStock.LARGEST));
        }
        assertThat(all.largest()).isEqualTo(BufferStock.SMALLEST);
        taken.subList(0, 33).forEach(ByteBuf::release);
        assertThat(all.largest())
                .as("without all but the mebibyte that is kept")
                .isEqualTo(BufferStock.LARGEST);
        taken.subList(33, 48).forEach(ByteBuf::release);
    }

    @Test
    void whatTheSystemHasNotGotIsNotCounted() {
        StockedMemory all = new StockedMemory(64L * BufferStock.LARGEST, 1);
        BufferStock some = new BufferStock(false, all);
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> some.take(null, BufferStock.LARGEST)).isInstanceOf(RuntimeException.class);
        }
        some.take(UnpooledByteBufAllocator.DEFAULT, BufferStock.LARGEST).release();
        assertThat(all.largest()).isEqualTo(BufferStock.LARGEST);
    }

    @Test
    void manyStocksKeepLittleEach() {
        assertThat(new StockedMemory(48L * 1024 * 1024, 2).unused()).isEqualTo(5 * 1024 * 1024);
        assertThat(new StockedMemory(48L * 1024 * 1024, 16).unused() * 16).isEqualTo(12 * 1024 * 1024);
    }
}
