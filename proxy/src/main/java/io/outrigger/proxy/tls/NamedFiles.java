package io.outrigger.proxy.tls;

import io.outrigger.admin.SecretFile;
import io.outrigger.config.AdminConfig;
import io.outrigger.config.ListenerConfig;
import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.ReadResult;
import io.outrigger.config.StoreConfig;
import io.outrigger.config.UpstreamConfig;
import io.outrigger.config.yaml.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether the files that a configuration names can be used: keys, certificates, a token, passwords. Immutable. */
public final class NamedFiles {
    private NamedFiles() {}

    /** All of them; none of a configuration that cannot be read. */
    public static List<Path> of(ReadResult read) {
        if (!(read instanceof ReadResult.Ok ok)) {
            return List.of();
        }
        OutriggerConfig config = ok.config();
        List<Path> all = new ArrayList<>();
        for (ListenerConfig listener : config.listeners()) {
            listener.tls().ifPresent(tls -> {
                all.add(tls.certFile());
                all.add(tls.keyFile());
                tls.clientCaFile().ifPresent(all::add);
            });
        }
        config.admin().flatMap(AdminConfig::tokenFile).ifPresent(all::add);
        for (StoreConfig store : config.stores().values()) {
            store.redis().passwordFile().ifPresent(all::add);
            store.redis().caFile().ifPresent(all::add);
        }
        for (UpstreamConfig upstream : config.upstreams().values()) {
            upstream.tls().ifPresent(tls -> Stream.of(tls.caFile(), tls.certFile(), tls.keyFile())
                    .flatMap(Optional::stream)
                    .forEach(all::add));
        }
        return all;
    }

    /** The same, or the problems of files, at the places of the configuration that name them. */
    public static ReadResult check(ReadResult read) {
        if (!(read instanceof ReadResult.Ok ok)) {
            return read;
        }
        List<Problem> problems = new ArrayList<>();
        List<ListenerConfig> listeners = ok.config().listeners();
        for (int i = 0; i < listeners.size(); i++) {
            String path = "listeners[" + i + "].tls";
            listeners.get(i).tls().ifPresent(tls -> look(() -> TlsLibrary.JDK.server(tls), path, ok, problems));
        }
        ok.config()
                .admin()
                .flatMap(AdminConfig::tokenFile)
                .ifPresent(file -> read(new SecretFile(file, "token"), "admin.tokenFile", ok, problems));
        for (StoreConfig store : ok.config().stores().values()) {
            String path = "stores." + store.name() + ".redis";
            store.redis()
                    .passwordFile()
                    .ifPresent(file -> read(new SecretFile(file, "password"), path + ".passwordFile", ok, problems));
            store.redis().caFile().ifPresent(file -> look(() -> Authorities.of("caFile", file), path, ok, problems));
        }
        for (UpstreamConfig upstream : ok.config().upstreams().values()) {
            String path = "upstreams." + upstream.name() + ".tls";
            upstream.tls().ifPresent(tls -> look(() -> TlsLibrary.JDK.client(tls), path, ok, problems));
        }
        return problems.isEmpty() ? read : new ReadResult.Broken(problems, read.hash());
    }

    private interface Use {
        Object begin() throws UnusableFile;
    }

    private static void look(Use use, String path, ReadResult.Ok read, List<Problem> problems) {
        try {
            use.begin();
        } catch (UnusableFile e) {
            problems.add(read.places().problem(path + '.' + e.key(), String.valueOf(e.getMessage())));
        }
    }

    private static void read(SecretFile file, String path, ReadResult.Ok read, List<Problem> problems) {
        try {
            file.read();
        } catch (IOException e) {
            problems.add(read.places().problem(path, String.valueOf(e.getMessage())));
        }
    }
}
