package io.outrigger.config;

import io.outrigger.config.key.Environment;
import io.outrigger.config.key.Found;
import io.outrigger.config.key.Reading;
import io.outrigger.config.yaml.Places;
import io.outrigger.config.yaml.Problems;
import io.outrigger.config.yaml.YamlNode;
import io.outrigger.config.yaml.YamlTree;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Turns the bytes of a file into a configuration, or into all that is wrong with it. */
public final class ConfigReader {
    private ConfigReader() {}

    /** The file's name is for messages only. */
    public static ReadResult read(String fileName, byte[] content, Environment environment) {
        String hash = hash(content);
        Problems problems = new Problems(fileName);
        Places places = new Places(fileName);
        YamlNode root = YamlTree.of(content, problems);
        Found<OutriggerConfig> found = root == null
                ? null
                : new Reading(problems, places, environment, NotYet::covers).read(OutriggerConfig.BLOCK, root);
        return found != null && found.shown() instanceof Map<?, ?> shown && problems.isEmpty()
                ? new ReadResult.Ok(found.value(), hash, Effective.of(shown), places)
                : new ReadResult.Broken(problems.inOrder(), hash);
    }

    static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
