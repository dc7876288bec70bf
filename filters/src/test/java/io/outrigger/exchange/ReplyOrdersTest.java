package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of all event orders of one reply. A program is a word of letters: {@code A} and {@code E} add a listener
 * for the answer and for the end, {@code a} answers with 200, {@code c} completes, {@code f} and {@code g} fail with
 * two different kinds, {@code F} adds a listener for the answer that fails the reply.
 */
class ReplyOrdersTest {
    private static final int LONGEST = 6;

    /** The rows that a reader should know by heart; the next test compares every other order with a model. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            AEac  | A1=200 E1=200
            EAac  | A1=200 E1=200
            aAcE  | A1=200 E1=200
            acAE  | A1=200 E1=200
            acEA  | E1=200 A1=200
            AAEEac| A1=200 A2=200 E1=200 E2=200
            AEf   | stop=RESET A1=RESET E1=RESET
            EAf   | stop=RESET A1=RESET E1=RESET
            fAE   | stop=RESET A1=RESET E1=RESET
            fEA   | stop=RESET E1=RESET A1=RESET
            AEaf  | A1=200 stop=RESET E1=200+RESET
            aEfA  | stop=RESET E1=200+RESET A1=200
            AEfg  | stop=RESET A1=RESET E1=RESET
            AEacf | A1=200 E1=200
            AEfa  | stop=RESET A1=RESET E1=RESET unread=RESET
            AEfc  | stop=RESET A1=RESET E1=RESET
            AEacc | A1=200 E1=200
            EFAa  | F1=200 stop=RESET A2=200 E1=200+RESET
            EFAac | F1=200 stop=RESET A2=200 E1=200+RESET
            EaF   | F1=200 stop=RESET E1=200+RESET
            """)
    void tellsEachListenerOnceInOrder(String program, String told) {
        assertThat(String.join(" ", run(program.strip()))).isEqualTo(told.strip());
    }

    @Test
    void everyOrderOfEventsDoesAsTheModelSays() {
        int programs = 0;
        List<String> words = List.of("");
        for (int length = 1; length <= LONGEST; length++) {
            words = longer(words);
            for (String word : words) {
                assertThat(run(word)).as("program %s", word).isEqualTo(new Model().run(word));
                programs++;
            }
        }
        assertThat(programs).isGreaterThan(30_000);
    }

    /** All legal words that begin with one of these and have one letter more. */
    private static List<String> longer(List<String> words) {
        List<String> longer = new ArrayList<>();
        for (String word : words) {
            for (char letter : "AEacfgF".toCharArray()) {
                boolean answered = word.indexOf('a') >= 0;
                boolean failed = word.indexOf('f') >= 0 || word.indexOf('g') >= 0;
                if (letter == 'a' && answered || letter == 'c' && !answered && !failed) {
                    continue; // what no producer may do
                }
                longer.add(word + letter);
            }
        }
        return longer;
    }

    private static List<String> run(String program) {
        List<String> log = new ArrayList<>();
        Reply reply = new Reply(why -> log.add("stop=" + why.kind()));
        int answerListeners = 0;
        int endListeners = 0;
        for (char letter : program.toCharArray()) {
            switch (letter) {
                case 'A' -> {
                    String name = "A" + ++answerListeners;
                    reply.onAnswer(answer -> log.add(name + "=" + show(answer)));
                }
                case 'F' -> {
                    String name = "F" + ++answerListeners;
                    reply.onAnswer(answer -> {
                        log.add(name + "=" + show(answer));
                        reply.fail(failure('f'));
                    });
                }
                case 'E' -> {
                    String name = "E" + ++endListeners;
                    reply.onEnd(outcome -> log.add(name + "=" + show(outcome)));
                }
                case 'a' -> reply.answer(new Response(200, Headers.NONE, new Unread(log)));
                case 'c' -> reply.complete();
                default -> reply.fail(failure(letter));
            }
        }
        return log;
    }

    private static Failure failure(char letter) {
        return Failure.of(letter == 'f' ? Failure.Kind.RESET : Failure.Kind.DEADLINE, "as the program says");
    }

    private static String show(Answer answer) {
        return switch (answer) {
            case Response head -> Integer.toString(head.status());
            case Failure why -> why.kind().toString();
        };
    }

    private static String show(Outcome outcome) {
        if (outcome.failure() == null) {
            return Integer.toString(outcome.status());
        }
        return (outcome.status() == 0 ? "" : outcome.status() + "+")
                + outcome.failure().kind();
    }

    /** What a reply promises, said another way: as lists, and without regard to how it is done. */
    private static final class Model {
        private final List<String> log = new ArrayList<>();
        private final List<String> waiting = new ArrayList<>(); // for the answer
        private final List<String> waitingForEnd = new ArrayList<>();
        private String answer = ""; // empty while waiting
        private String outcome = "";
        private int answerListeners;
        private int endListeners;

        List<String> run(String program) {
            for (char letter : program.toCharArray()) {
                switch (letter) {
                    case 'A', 'F' -> {
                        String name = letter + "" + ++answerListeners;
                        if (answer.isEmpty()) {
                            waiting.add(name);
                        } else {
                            tell(name);
                            tellEnds();
                        }
                    }
                    case 'E' -> {
                        waitingForEnd.add("E" + ++endListeners);
                        tellEnds();
                    }
                    case 'a' -> {
                        if (outcome.isEmpty()) {
                            settle("200");
                        } else {
                            log.add("unread=" + outcome.substring(outcome.indexOf('+') + 1));
                        }
                    }
                    case 'c' -> {
                        outcome = outcome.isEmpty() ? answer : outcome;
                        tellEnds();
                    }
                    default -> fail(failure(letter).kind().toString());
                }
            }
            return log;
        }

        private void fail(String kind) {
            if (!outcome.isEmpty()) {
                return;
            }
            outcome = answer.isEmpty() ? kind : answer + "+" + kind;
            log.add("stop=" + kind);
            if (answer.isEmpty()) {
                settle(kind);
            } else {
                tellEnds();
            }
        }

        private void settle(String first) {
            answer = first;
            List<String> listeners = List.copyOf(waiting);
            waiting.clear();
            List<String> ends = List.copyOf(waitingForEnd);
            waitingForEnd.clear(); // the end has to wait for the answer to be told
            listeners.forEach(this::tell);
            waitingForEnd.addAll(0, ends);
            tellEnds();
        }

        private void tell(String listener) {
            log.add(listener + "=" + answer);
            if (listener.startsWith("F")) {
                fail("RESET");
            }
        }

        private void tellEnds() {
            if (!outcome.isEmpty()) {
                waitingForEnd.forEach(listener -> log.add(listener + "=" + outcome));
                waitingForEnd.clear();
            }
        }
    }

    /** A body that only tells why it was not read. */
    private record Unread(List<String> log) implements Body {
        @Override
        public long length() {
            return 0;
        }

        @Override
        public void pushTo(Sink sink) {
            sink.end(Headers.NONE);
        }

        @Override
        public void resume() {}

        @Override
        public void discard(Failure why) {
            log.add("unread=" + why.kind());
        }
    }
}
