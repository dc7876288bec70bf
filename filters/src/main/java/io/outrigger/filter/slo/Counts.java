package io.outrigger.filter.slo;

/**
 * Exchanges, and how many of them were not as promised. Immutable.
 *
 * @param all of them
 * @param bad those that failed, by the upstream's fault or ours
 * @param slow those that failed or took too long
 */
record Counts(long all, long bad, long slow) {
    static final Counts NONE = new Counts(0, 0, 0);

    Counts since(Counts before) {
        return new Counts(all - before.all, bad - before.bad, slow - before.slow);
    }
}
