package io.outrigger.proxy.route;

import io.outrigger.filter.fallback.StaleStore;

/** The answers of a rung as long as it is there: what they take of the heap is free for others afterwards. Immutable. */
record ActiveStale(StaleStore store) implements Kept.Active {
    @Override
    public void begin() {
        // they come with the requests
    }

    @Override
    public void end() {
        store.end();
    }
}
