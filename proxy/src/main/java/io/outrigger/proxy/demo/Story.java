package io.outrigger.proxy.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Keeps the traffic going, changes the mood from time to time, and tells what came of it. Shared by all loops. */
public final class Story implements AutoCloseable {
    private final FlakyServer moody;
    private final Traffic traffic;
    private final PrintStream out;
    private final long startNanos = System.nanoTime();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("outrigger-demo").daemon().factory());
    private Mood mood = Mood.HEALTHY; // confined to the thread

    private Story(FlakyServer moody, Traffic traffic, PrintStream out) {
        this.moody = moody;
        this.traffic = traffic;
        this.out = out;
    }

    /** Tells one that ends when it is closed. */
    public static Story begin(FlakyServer moody, Traffic traffic, Pace pace, PrintStream out) {
        Story story = new Story(moody, traffic, out);
        long beat = pace.beat().toNanos();
        long mood = pace.mood().toNanos();
        story.thread.execute(story::tellMood);
        story.thread.scheduleAtFixedRate(traffic::beat, beat, beat, TimeUnit.NANOSECONDS);
        story.thread.scheduleAtFixedRate(story::nextMood, mood, mood, TimeUnit.NANOSECONDS);
        return story;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void nextMood() {
        traffic.turnOver().forEach((host, tally) -> out.println("         host " + host + ": " + tally));
        mood = mood.next();
        try {
            moody.mood(mood);
        } catch (IOException e) {
            out.println("         port " + moody.port() + " is taken, so it goes on refusing: " + e.getMessage());
            return;
        }
        tellMood();
    }

    private void tellMood() {
        Duration passed = Duration.ofNanos(System.nanoTime() - startNanos);
        out.println("%02d:%02d    the moody endpoint is %s: it %s"
                .formatted(passed.toMinutes(), passed.toSecondsPart(), mood, mood.means()));
    }
}
