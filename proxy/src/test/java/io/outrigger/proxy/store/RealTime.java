package io.outrigger.proxy.store;

import io.outrigger.exchange.Loop;
import io.outrigger.proxy.loop.Loops;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Asks on a loop in real time, and waits for what is told. Shared by all threads. */
final class RealTime implements AutoCloseable {
    private final Loops loops = new Loops(1, false);

    Loop loop() {
        return loops.all().getFirst();
    }

    <T> T asked(Consumer<Consumer<T>> ask) {
        CompletableFuture<T> told = new CompletableFuture<>();
        loop().execute(() -> ask.accept(told::complete));
        try {
            return told.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("nothing was told", e);
        }
    }

    void passes(Duration time) {
        this.<Boolean>asked(told -> loop().after(time.toNanos(), () -> told.accept(true)));
    }

    @Override
    public void close() {
        loops.close();
    }
}
