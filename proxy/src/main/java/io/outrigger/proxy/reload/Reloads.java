package io.outrigger.proxy.reload;

import io.outrigger.admin.ReloadView;
import io.outrigger.admin.ReloadView.Result;
import io.outrigger.config.ReadResult;
import io.outrigger.config.yaml.Problem;
import io.outrigger.metrics.ConfigMeters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Decides what becomes of each content of the file, and remembers it: what is in force, what is wrong with what is not,
 * and how it went the last times. Decides on the reload thread only; is asked on any. Shared by all loops.
 */
public final class Reloads {
    private static final Logger LOG = Logger.getLogger(Reloads.class.getName());
    private static final int REMEMBERED = 32;
    private static final String NOTHING = "nothing";
    private static final int PROBLEMS_TOLD = 20; // in a log and in the history; /config shows them all

    private final ConfigMeters meters;
    private final InstantSource clock;
    private final Deque<ReloadView> history = new ArrayDeque<>(); // the last one first; guarded by this
    private volatile ReadResult.Ok inForce;
    private volatile List<String> problems = List.of(); // of the file that was read last; none when it is in force
    private Source.OtherFiles named = Source.OtherFiles.NONE; // by that file; of the reload thread alone

    /** For a process that starts with this configuration. */
    public Reloads(ReadResult.Ok first, ConfigMeters meters, InstantSource clock) {
        this.inForce = first;
        this.meters = meters;
        this.clock = clock;
        meters.started(first.hash(), clock.instant());
        remember(new ReloadView(clock.instant(), first.hash(), Result.IN_FORCE, List.of(), "started"));
    }

    /** Why the file that was read last is not in force, a line each; empty when it is. */
    public List<String> problems() {
        return problems;
    }

    /** The last ones, the very last first. */
    public synchronized List<ReloadView> history() {
        return List.copyOf(history);
    }

    /** Puts in force what is good and new. */
    ReloadView decide(Content content, Source source, Installation installation) {
        // no switch over types: the JVM makes classes for one, also where nothing is ever reloaded
        if (content instanceof Content.Bytes file) {
            Source.Checked checked;
            try {
                checked = source.read(file.bytes());
            } catch (RuntimeException | StackOverflowError | LinkageError bug) { // whoever has asked is told so, too
                named = Source.OtherFiles.NONE;
                return failed("", "be read", bug, source);
            }
            named = checked.files();
            return decide(checked.result(), source, installation);
        }
        named = Source.OtherFiles.NONE;
        return refused("", List.of(((Content.None) content).why()));
    }

    /** Whether what was refused may be right by now, because files that it names have changed. Tells each change once. */
    boolean isWorthAnotherTry() {
        return !problems.isEmpty() && named.haveChanged();
    }

    private ReloadView decide(ReadResult read, Source source, Installation installation) {
        if (read.hash().equals(inForce.hash())) {
            return unchanged(source);
        }
        return switch (read) {
            case ReadResult.Broken broken ->
                refused(
                        broken.hash(),
                        broken.problems().stream().map(Problem::toString).toList());
            case ReadResult.Ok ok -> install(ok, source, installation);
        };
    }

    private ReloadView install(ReadResult.Ok read, Source source, Installation installation) {
        try {
            installation.install(read);
        } catch (IOException
                | UncheckedIOException e) { // an address that is taken, a file of keys that has just gone bad
            return refused(read.hash(), List.of(source.title() + ": " + e.getMessage()));
        } catch (RuntimeException | StackOverflowError | LinkageError bug) {
            return failed(read.hash(), "be put in force", bug, source);
        }
        String changes = Changes.between(inForce.config(), read.config());
        inForce = read;
        problems = List.of();
        meters.reloaded(read.hash(), clock.instant());
        LOG.info(() -> source.title() + ": in force, hash " + read.hash() + "; changed: " + changes);
        return remember(new ReloadView(clock.instant(), read.hash(), Result.IN_FORCE, List.of(), changes));
    }

    private ReloadView failed(String hash, String what, Throwable bug, Source source) {
        LOG.log(Level.SEVERE, "reload failed by a bug of ours", bug);
        return refused(
                hash,
                List.of(source.title() + ": cannot " + what + " by a bug of ours: "
                        + bug.getClass().getName())); // what it says may be of what was read
    }

    /** For whoever asks for a reload of a process that is about to end. */
    ReloadView tooLate() {
        return new ReloadView(
                clock.instant(),
                "",
                Result.REFUSED,
                List.of("the process is about to end and reloads no more"),
                NOTHING);
    }

    private ReloadView unchanged(Source source) {
        ReloadView view = new ReloadView(clock.instant(), inForce.hash(), Result.UNCHANGED, List.of(), NOTHING);
        if (problems.isEmpty()) {
            return view;
        }
        problems = List.of();
        meters.restored();
        LOG.info(() -> source.title() + ": is again what is in force");
        return remember(view);
    }

    private ReloadView refused(String hash, List<String> why) {
        meters.refused();
        List<String> known = problems;
        List<String> fresh = why.stream().filter(line -> !known.contains(line)).toList();
        problems = List.copyOf(why);
        if (!fresh.isEmpty()) {
            LOG.warning("the file is not put in force, and what is in force stays");
            fresh.stream().limit(PROBLEMS_TOLD).forEach(LOG::warning);
        }
        ReloadView view = new ReloadView(clock.instant(), hash, Result.REFUSED, why, NOTHING);
        remember(new ReloadView(
                view.at(),
                hash,
                Result.REFUSED,
                why.stream().limit(PROBLEMS_TOLD).toList(),
                NOTHING));
        return view;
    }

    private synchronized ReloadView remember(ReloadView view) {
        history.addFirst(view);
        if (history.size() > REMEMBERED) {
            history.removeLast();
        }
        return view;
    }
}
