/**
 * The text of the file as nodes with exact positions, over the event parser of SnakeYAML; nothing is constructed,
 * resolved or expanded. What is no plain YAML of ours (aliases, tags, a second document) is refused here.
 */
@NullMarked
package io.outrigger.config.yaml;

import org.jspecify.annotations.NullMarked;
