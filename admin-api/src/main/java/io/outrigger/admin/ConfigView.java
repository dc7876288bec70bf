package io.outrigger.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The configuration that is in force. Immutable.
 *
 * @param effective with all defaults filled in and no secret: maps, lists, strings, numbers and truth values
 * @param hash of the file's content
 * @param loadedAt when it was put in force
 * @param problems why the file that was read last is not in force, a line each; empty when it is
 */
public record ConfigView(Map<String, ?> effective, String hash, Instant loadedAt, List<String> problems) {}
