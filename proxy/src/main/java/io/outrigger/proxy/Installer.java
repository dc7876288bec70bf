package io.outrigger.proxy;

import io.outrigger.config.ReadResult;
import io.outrigger.proxy.reload.Installation;
import java.io.IOException;

/**
 * Puts another configuration in force: first everything that can fail, then everything that cannot. Confined to the
 * reload thread.
 */
final class Installer implements Installation {
    private final Compiler compiler;
    private final Current current;
    private final Listeners listeners;
    private final Ports ports;

    Installer(Compiler compiler, Current current, Listeners listeners, Ports ports) {
        this.compiler = compiler;
        this.current = current;
        this.listeners = listeners;
        this.ports = ports;
    }

    @Override
    public void install(ReadResult.Ok read) throws IOException {
        Listeners.Change doors = listeners.prepare(read.config());
        Ports.Change desks;
        try {
            desks = ports.prepare(read.config());
        } catch (IOException e) {
            doors.abandon();
            throw e;
        }
        Compiler.Compiled compiled;
        try {
            compiled = compiler.compile(read);
        } catch (RuntimeException e) {
            doors.abandon();
            desks.abandon();
            throw e;
        }
        compiled.begin(); // before anybody is sent there
        doors.closeGates(); // before the snapshot that has no routes for them
        current.set(compiled.active());
        doors.commit();
        desks.commit();
        compiled.retainMeters();
    }
}
