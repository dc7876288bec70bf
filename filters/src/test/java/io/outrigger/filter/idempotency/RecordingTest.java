package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Headers;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A response that is recorded, where it comes in one piece, and where it is dropped. */
class RecordingTest implements Recording.Keeper {
    private final Chunks chunks = new Chunks();
    private final BufferBudget budget = new BufferBudget(1000);
    private final List<String> told = new ArrayList<>();
    private final RuntimeException bug = new IllegalStateException("by the test");
    private boolean broken;

    @AfterEach
    void nothingIsLeft() {
        assertThat(chunks.held()).as("buffers").isZero();
        assertThat(budget.takenBytes()).as("bytes of the budget").isZero();
    }

    @Test
    void whatComesInOnePieceIsKeptBeforeTheClientGetsIt() {
        PushedBody source = new PushedBody(chunks, 4).push("abcd");
        RecordingSink client = new RecordingSink() {
            @Override
            public boolean chunk(ByteBuf bytes) {
                told.add("client");
                return super.chunk(bytes);
            }
        };
        recording(source).pushTo(client);
        assertThat(told).containsExactly("kept abcd", "client");
        source.end();
        assertThat(told).containsExactly("kept abcd", "client", "delivered");
        assertThat(client.room(0)).as("in front of the very chunk").isEqualTo(Chunks.ROOM);
    }

    @Test
    void theClientGetsWhatCouldNotBeKept() {
        broken = true;
        PushedBody source = new PushedBody(chunks, 4).push("abcd");
        Recording recording = recording(source);
        RecordingSink client = new RecordingSink();
        assertThatThrownBy(() -> recording.pushTo(client)).isSameAs(bug);
        assertThat(client.text()).isEqualTo("abcd");
        recording.drop();
    }

    @Test
    void whatIsDroppedIsReleasedWithoutAWordOfItsSource() {
        for (int demand : new int[] {0, 1}) {
            PushedBody source = new PushedBody(chunks).push("ab").push("cd");
            Recording recording = recording(source);
            recording.pushTo(new RecordingSink(demand));
            recording.drop();
            recording.drop();
            recording.leave();
            source.push("ef");
            assertThat(told).isEmpty();
        }
    }

    private Recording recording(PushedBody source) {
        budget.tryTake(8);
        return new Recording(source, 100, budget, 8, this);
    }

    @Override
    public void recorded(ByteBuf content, Headers trailers) {
        if (broken) {
            throw bug;
        }
        told.add("kept " + Chunks.text(content));
    }

    @Override
    public void tooMuch() {
        told.add("too much");
    }

    @Override
    public void delivered() {
        told.add("delivered");
    }
}
