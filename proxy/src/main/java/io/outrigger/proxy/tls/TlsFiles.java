package io.outrigger.proxy.tls;

import io.outrigger.config.ListenerConfig;
import io.outrigger.config.ReadResult;
import io.outrigger.config.UpstreamConfig;
import io.outrigger.config.yaml.Problem;
import java.util.ArrayList;
import java.util.List;

/** Whether the files of keys and certificates that a configuration names can be used. Immutable. */
public final class TlsFiles {
    private TlsFiles() {}

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
        for (UpstreamConfig upstream : ok.config().upstreams().values()) {
            String path = "upstreams." + upstream.name() + ".tls";
            upstream.tls().ifPresent(tls -> look(() -> TlsLibrary.JDK.client(tls), path, ok, problems));
        }
        return problems.isEmpty() ? read : new ReadResult.Broken(problems, read.hash());
    }

    private static void look(LiveContext.Maker maker, String path, ReadResult.Ok read, List<Problem> problems) {
        try {
            maker.make();
        } catch (UnusableFile e) {
            problems.add(read.places().problem(path + '.' + e.key(), String.valueOf(e.getMessage())));
        }
    }
}
