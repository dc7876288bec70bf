package io.outrigger.proxy;

import io.outrigger.config.ReadResult;
import io.outrigger.config.key.Environment;
import io.outrigger.proxy.cli.ConfigFile;
import io.outrigger.proxy.reload.Source;
import io.outrigger.proxy.tls.FileWatch;
import io.outrigger.proxy.tls.NamedFiles;
import java.io.IOException;

/** The file of the command line, read again and again as it was at the start. Immutable. */
record WatchedFile(ConfigFile file, Environment environment) implements Source {
    @Override
    public String title() {
        return file.title();
    }

    @Override
    public byte[] content() throws IOException {
        return file.content();
    }

    @Override
    public Checked read(byte[] content) {
        ReadResult read = file.read(content, environment);
        FileWatch.Watched files = new FileWatch.Watched(NamedFiles.of(read)); // before they are looked at
        return new Checked(NamedFiles.check(read), files::hasChanged);
    }
}
