package io.outrigger.exchange;

/** What a reply waits for: the head of a response, or the reason none will come. */
public sealed interface Answer permits Response, Failure {}
