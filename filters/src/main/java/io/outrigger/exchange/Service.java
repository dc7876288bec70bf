package io.outrigger.exchange;

/** Answers a request. Never blocks and never throws: failures arrive in the reply. Runs on the exchange's loop. */
@FunctionalInterface
public interface Service {
    /**
     * Takes over the request with its body, which is read at most once and never after the reply has ended.
     *
     * @return the reply, which may have been answered, or have ended, already
     */
    Reply send(Exchange exchange, Request request);
}
