package io.outrigger.proxy.route;

import io.outrigger.filter.idempotency.KeyTable;

/** The keys of a route as long as it is there: what they take of the heap is free for other routes afterwards. Immutable. */
record ActiveKeys(KeyTable table) implements Kept.Active {
    @Override
    public void begin() {
        // they come with the requests
    }

    @Override
    public void end() {
        table.end();
    }
}
