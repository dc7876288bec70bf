package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.key.Block;
import io.outrigger.config.key.Key;
import io.outrigger.config.key.MapOf;
import io.outrigger.config.key.NameKind;
import io.outrigger.config.key.Type;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every key, whichever it is. */
class RegistryTest {
    private static final Registry REGISTRY = new Registry();

    static Stream<Map.Entry<String, Key<?>>> keys() {
        return REGISTRY.keys.entrySet().stream();
    }

    static Stream<Map.Entry<String, Block<?>>> examples() {
        return REGISTRY.blocks.entrySet().stream()
                .filter(block -> !block.getValue().example().isEmpty());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keys")
    void isExplained(Map.Entry<String, Key<?>> key) {
        assertThat(key.getValue().doc()).endsWith(".");
        assertThat(key.getValue().type().expected()).isNotBlank();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keys")
    void hasADefaultThatItsOwnTypeAccepts(Map.Entry<String, Key<?>> key) {
        key.getValue().defaultText().ifPresent(text -> assertThat(
                        Yaml.problemsOf(key.getValue().type(), text))
                .isEmpty());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keys")
    void refusesNothingAndNonsense(Map.Entry<String, Key<?>> key) {
        for (String nonsense : List.of("~", "[[[x]]]", "{a: {b: {c: {}}}}", "'\u0007'", "!tag x", "&anchor x", "${}")) {
            assertThat(Yaml.problemsOf(key.getValue().type(), nonsense))
                    .as(nonsense)
                    .isNotEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void hasAnExampleThatIsAccepted(Map.Entry<String, Block<?>> block) {
        // what stands under a name asks for it
        Type<?> named = MapOf.defining(NameKind.STORE, Texts.NAME, block.getValue());
        assertThat(Yaml.problemsOf(named, "x:\n" + block.getValue().example().indent(2)))
                .isEmpty();
    }

    /** Where a value is accepted and where the next one no longer is. */
    @ParameterizedTest(name = "{0} from {1} to {3}")
    @CsvFileSource(resources = "/ranges.csv", numLinesToSkip = 1, delimiter = ';')
    void endsWhereItSays(String pattern, String least, String tooLittle, String most, String tooMuch) {
        Key<?> key = REGISTRY.key(pattern);
        assertThat(Yaml.problemsOf(key.type(), least)).isEmpty();
        assertThat(Yaml.problemsOf(key.type(), most)).isEmpty();
        assertThat(Yaml.problemsOf(key.type(), tooLittle))
                .singleElement()
                .asString()
                .startsWith(tooLittle + " (expected: ");
        assertThat(Yaml.problemsOf(key.type(), tooMuch))
                .singleElement()
                .asString()
                .startsWith(tooMuch + " (expected: ");
    }

    @Test
    void whatIsStillToComeIsAKeyOrAValueOfOne() {
        for (String pattern : NotYet.patterns()) {
            int value = pattern.indexOf('=');
            String path = value < 0 ? pattern : pattern.substring(0, value);
            String key = path.endsWith("[]") ? path.substring(0, path.length() - 2) : path;
            assertThat(REGISTRY.keys).as(pattern).containsKey(key);
            if (value > 0) {
                assertThat(REGISTRY.key(key).type().expected()).as(pattern).contains(pattern.substring(value + 1));
            }
        }
    }
}
