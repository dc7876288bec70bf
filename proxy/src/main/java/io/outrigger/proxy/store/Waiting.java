package io.outrigger.proxy.store;

import io.outrigger.exchange.Loop;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who waits for a step. Confined to one loop. */
final class Waiting {
    final Loop loop;
    private final Consumer<Object> then;
    private final Consumer<String> failed;
    private final Runnable over;
    Loop.@Nullable Timer timer; // of its time limit; null until armed
    private boolean told;

    Waiting(Loop loop, Consumer<Object> then, Consumer<String> failed, Runnable over) {
        this.loop = loop;
        this.then = then;
        this.failed = failed;
        this.over = over;
    }

    void succeed(Object result) {
        if (end()) {
            then.accept(result);
        }
    }

    boolean fail(String why) {
        if (end()) {
            failed.accept(why);
            return true;
        }
        return false;
    }

    private boolean end() {
        if (told) {
            return false;
        }
        told = true;
        if (timer != null) {
            timer.cancel();
        }
        over.run();
        return true;
    }
}
