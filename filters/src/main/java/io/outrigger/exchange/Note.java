package io.outrigger.exchange;

/**
 * What a filter decided about an exchange, for whoever asks later what became of it and why. Made only where something
 * is out of the ordinary. Immutable.
 *
 * @param atNanos by the loop's clock
 * @param by who decided, such as {@code retry}
 * @param verdict in a word or two, such as {@code denied}
 * @param why without secrets, header values or queries
 * @param waitNanos how long the exchange is to wait for what comes next; 0 when it does not
 * @param attempts how many had begun by then, which the clock cannot tell: it stands still for a while
 */
public record Note(long atNanos, String by, String verdict, String why, long waitNanos, int attempts) {}
