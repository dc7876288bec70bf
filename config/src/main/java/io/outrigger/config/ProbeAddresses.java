package io.outrigger.config;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Environment;
import io.outrigger.config.key.Found;
import io.outrigger.config.key.Reading;
import io.outrigger.config.yaml.Problems;
import io.outrigger.config.yaml.YamlNode;
import io.outrigger.config.yaml.YamlTree;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a proxy with a certain file can be asked whether it is ready. Looks at nothing else in the file, and so finds
 * it also in one that has become broken while the proxy goes on with what it read before.
 */
public final class ProbeAddresses {
    private ProbeAddresses() {}

    /** That of the telemetry port first; empty when the file names no port. */
    public static List<Address> in(byte[] content, Environment environment) {
        List<Address> addresses = new ArrayList<>();
        if (YamlTree.of(content, new Problems("")) instanceof YamlNode.Mapping root) {
            TelemetryConfig telemetry = read(root, "telemetry", TelemetryConfig.BLOCK, environment);
            if (telemetry != null) {
                addresses.add(telemetry.address());
            }
            AdminConfig admin = read(root, "admin", AdminConfig.BLOCK, environment);
            if (admin != null) {
                addresses.add(admin.address());
            }
        }
        return addresses;
    }

    private static <T> @org.jspecify.annotations.Nullable T read(
            YamlNode.Mapping root, String name, Block<T> block, Environment environment) {
        for (YamlNode.Entry entry : root.entries()) {
            if (entry.key() instanceof YamlNode.Scalar key && key.text().equals(name)) {
                Found<T> found = new Reading(new Problems(""), environment, _ -> false).read(block, entry.value());
                return found == null ? null : found.value();
            }
        }
        return null;
    }
}
