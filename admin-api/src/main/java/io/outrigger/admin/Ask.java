package io.outrigger.admin;

/**
 * What a client wants to see. Immutable.
 *
 * @param name the part of the path that names one of several, decoded; empty where a path has none
 * @param accept the header Accept; empty when there is none
 */
record Ask(String name, String accept) {}
