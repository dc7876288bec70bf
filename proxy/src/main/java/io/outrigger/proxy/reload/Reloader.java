package io.outrigger.proxy.reload;

import io.outrigger.admin.ReloadView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Looks at the file twice a second, and has it reloaded when it has changed or when somebody asks; as long as it is
 * refused, also when a file that it names has changed. It reads instead of being notified: that works on every file
 * system and for every way to replace a file, and costs some 50 µs a second. Shared by all loops.
 */
public final class Reloader implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Reloader.class.getName());
    private static final Duration CALM = Duration.ofMillis(500);
    private static final Duration CHANGING = Duration.ofMillis(20);
    private static final Duration ENDING = Duration.ofSeconds(3); // for a reload that is under way
    private static final Consumer<ReloadView> NOBODY = _ -> {};

    private final Source source;
    private final Reloads reloads;
    private final Installation installation;
    private final Settling settling = new Settling();
    private final BlockingQueue<Consumer<ReloadView>> asked = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "outrigger-reload");
    private volatile boolean ended;

    public Reloader(Source source, Reloads reloads, Installation installation) {
        this.source = source;
        this.reloads = reloads;
        this.installation = installation;
        thread.setDaemon(true);
    }

    /** Watches from now on. */
    public void begin() {
        thread.start();
    }

    /** Reads the file now, without waiting for it to settle. From any thread; {@code then} is told on the reload thread. */
    public void now(Consumer<ReloadView> then) {
        asked.add(then);
        if (ended && asked.remove(then)) {
            then.accept(reloads.tooLate());
        }
    }

    /** Begins no reload any more. Returns at once. */
    public void end() {
        ended = true;
        asked.add(NOBODY);
    }

    /** The same, and waits a few seconds at most for one that is under way. */
    @Override
    public void close() {
        end();
        try {
            if (thread.isAlive()) { // or it has not begun, because the start came to nothing
                thread.join(ENDING);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // then without waiting
        }
    }

    private void run() {
        while (!ended) {
            try {
                Duration pause = settling.unsettled() ? CHANGING : CALM;
                Consumer<ReloadView> first = asked.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
                if (ended) {
                    asked.add(first == null ? NOBODY : first);
                } else if (first != null) {
                    reloadNow(first);
                } else {
                    look();
                }
            } catch (InterruptedException e) {
                ended = true; // somebody wants this thread back
            } catch (RuntimeException | StackOverflowError e) {
                LOG.log(Level.SEVERE, "reload failed by a bug of ours", e); // and the next file has its chance
            }
        }
        asked.forEach(then -> then.accept(reloads.tooLate()));
    }

    private void look() {
        Content content = Content.of(source);
        boolean fresh = settling.look(content, System.nanoTime()).isPresent();
        if (fresh || !settling.unsettled() && reloads.isWorthAnotherTry()) {
            reloads.decide(content, source, installation);
        }
    }

    private void reloadNow(Consumer<ReloadView> first) {
        List<Consumer<ReloadView>> all = new ArrayList<>(List.of(first));
        asked.drainTo(all); // who has asked by now is answered by the same look
        Content content = Content.of(source);
        settling.taken(content);
        ReloadView view = reloads.decide(content, source, installation);
        all.forEach(then -> then.accept(view));
    }
}
