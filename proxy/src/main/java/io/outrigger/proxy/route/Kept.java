package io.outrigger.proxy.route;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * State that outlives a snapshot: circuits, budgets, pools. While a snapshot is compiled each part of it claims its
 * state: that of the snapshot before it, or a fresh one. Confined to the reload thread.
 *
 * <p>A snapshot that comes into force calls {@link #settle}, one that does not {@link #abandon}; its own successor
 * begins with {@link #next}.
 */
public final class Kept {
    /** State that does something by itself, and has to know from when until when. */
    public interface Active {
        /** The first snapshot that claimed it is in force. */
        void begin();

        /** No snapshot that is in force claims it any more, or the one that did never came into force. */
        void end();
    }

    private record Key(String owner, Class<?> type, Object shape) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that
                    && owner.equals(that.owner)
                    && type == that.type
                    && shape.equals(that.shape);
        }

        @Override
        public int hashCode() {
            return 31 * owner.hashCode() + type.getName().hashCode(); // few states have the same, whatever their shape
        }
    }

    private final SequencedMap<Key, Object> claimed = new LinkedHashMap<>();
    private final SequencedMap<Key, Object> fresh = new LinkedHashMap<>(); // those of claimed that were made for it
    private SequencedMap<Key, Object> left; // of the snapshot before; empty once settled

    private Kept(Map<Key, Object> left) {
        this.left = new LinkedHashMap<>(left);
    }

    /** For the first snapshot. */
    public static Kept none() {
        return new Kept(Map.of());
    }

    /** For the snapshot that follows. */
    public Kept next() {
        return new Kept(claimed);
    }

    /**
     * The state of that type that belongs to a route, an upstream or whatever has the name.
     *
     * @param shape what makes the state worthless when it changes, such as the length of a window; compared by equals
     */
    public <S> S claim(String owner, Class<S> type, Object shape, Supplier<? extends S> make) {
        Key key = new Key(owner, type, shape);
        Object state = claimed.get(key);
        if (state == null) {
            state = left.remove(key);
        }
        if (state == null) {
            state = make.get();
            fresh.put(key, state);
        }
        claimed.put(key, state);
        return type.cast(state);
    }

    /** The snapshot is in force: what nobody claimed ends, then what is fresh begins. */
    public void settle() {
        left.sequencedValues().reversed().forEach(Kept::end);
        left = new LinkedHashMap<>();
        fresh.sequencedValues().forEach(state -> {
            if (state instanceof Active active) {
                active.begin();
            }
        });
        fresh.clear();
    }

    /** The snapshot came to nothing: what was made for it ends. What it took over is still its predecessor's. */
    public void abandon() {
        fresh.sequencedValues().reversed().forEach(Kept::end);
        fresh.clear();
    }

    private static void end(@Nullable Object state) {
        if (state instanceof Active active) {
            active.end();
        }
    }
}
