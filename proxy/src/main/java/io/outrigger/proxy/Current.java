package io.outrigger.proxy;

/** What is in force now: one field that exchanges read once, and whether the process is going. Shared by all loops. */
final class Current {
    private volatile Active active;
    private volatile boolean draining;

    Current(Active first) {
        this.active = first;
    }

    Active get() {
        return active;
    }

    void set(Active next) {
        active = next;
    }

    boolean draining() {
        return draining;
    }

    void drain() {
        draining = true;
    }
}
