package io.outrigger.filter.idempotency;

import io.outrigger.exchange.BufferBudget;
import io.outrigger.fixtures.KeyStoreContract;
import io.outrigger.fixtures.ManualLoop;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The store inside the process keeps what every store promises. */
class MemoryKeyStoreTest extends KeyStoreContract {
    private final ManualLoop loop = new ManualLoop();
    private final KeyStore store = new MemoryKeyStore(new KeyTable(new BufferBudget(Long.MAX_VALUE)), 1 << 20);

    @Override
    protected KeyStore store() {
        return store;
    }

    @Override
    protected <T> T asked(Consumer<Asking<T>> ask) {
        AtomicReference<T> told = new AtomicReference<>();
        ask.accept(new Asking<>(loop, told::set));
        T answer = told.get();
        if (answer == null) {
            throw new AssertionError("not told (expected: before the method returns)");
        }
        return answer;
    }

    @Override
    protected void passes(Duration time) {
        loop.advance(time);
    }
}
