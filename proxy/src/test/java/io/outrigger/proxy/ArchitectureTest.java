package io.outrigger.proxy;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.logging.LogManager;
import java.util.stream.BaseStream;
import org.junit.jupiter.api.Test;

/** The lines between the modules, and what no class may call. */
class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.outrigger");

    private static final String[] DATA_PATH = {
        "io.outrigger.exchange..",
        "io.outrigger.filter..",
        "io.outrigger.proxy.http1..",
        "io.outrigger.proxy.downstream..",
        "io.outrigger.proxy.upstream.."
    };

    // ---- modules

    @Test
    void configUsesNoneOfTheOthersAndNeitherThreadsNorNetty() {
        holds(noClasses()
                .that()
                .resideInAPackage("io.outrigger.config..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.outrigger..")
                        .and(not(resideInAPackage("io.outrigger.config..")))
                        .or(resideInAPackage("io.netty.."))
                        .or(assignableTo(Thread.class))
                        .or(assignableTo(Executor.class))));
    }

    @Test
    void filtersUseConfigAndBuffersButNoChannels() {
        holds(noClasses()
                .that()
                .resideInAnyPackage("io.outrigger.exchange..", "io.outrigger.filter..", "io.outrigger.metrics..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.outrigger.proxy..", "io.outrigger.admin..")
                        .or(resideInAPackage("io.netty..")
                                .and(not(resideInAnyPackage("io.netty.buffer..", "io.netty.util.."))))
                        .or(resideInAnyPackage("io.netty.util.concurrent.."))));
    }

    @Test
    void theVocabularyKnowsNoFilter() {
        holds(noClasses()
                .that()
                .resideInAPackage("io.outrigger.exchange..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.outrigger.filter..", "io.outrigger.metrics.."));
    }

    @Test
    void theAdminApiSeesConfigAndFiltersButNotTheProxy() {
        holds(noClasses()
                .that()
                .resideInAPackage("io.outrigger.admin..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.outrigger.proxy.."));
    }

    @Test
    void filtersDoNotKnowEachOther() {
        holds(slices().matching("io.outrigger.filter.(*)..").should().notDependOnEachOther());
    }

    @Test
    void packagesOfTheProxyDependOnEachOtherInOneDirection() {
        holds(slices().matching("io.outrigger.proxy.(*)..").should().beFreeOfCycles());
    }

    @Test
    void onlyMainKnowsTheCommandLine() {
        holds(noClasses()
                .that()
                .resideInAPackage("io.outrigger.proxy.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.outrigger.proxy")
                .because("what is below does not know what starts it"));
    }

    // ---- forbidden calls

    @Test
    void nobodySleeps() {
        holds(noClasses()
                .should()
                .callMethodWhere(calls(Thread.class, "sleep"))
                .because("a loop that sleeps serves nobody: wait by Loop.after"));
    }

    @Test
    void nobodyBlocksOnAFuture() {
        holds(noClasses()
                .should()
                .callMethodWhere(calls(Future.class, "get", "join"))
                .because("it blocks the loop that would complete it: take a callback"));
    }

    @Test
    void onlyTheLoopAndMainAskForTheTime() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(DATA_PATH)
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .because("time is an argument, so that a test needs no clock"));
    }

    @Test
    void theDataPathFormatsNoStrings() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(DATA_PATH)
                .should()
                .callMethodWhere(calls(String.class, "format", "formatted"))
                .because("it costs more than the rest of the request"));
    }

    @Test
    void nobodyUsesParallelStreams() {
        holds(noClasses()
                .should()
                .callMethodWhere(calls(Collection.class, "parallelStream"))
                .orShould()
                .callMethodWhere(calls(BaseStream.class, "parallel"))
                .because("it takes the cores of the event loops"));
    }

    @Test
    void chanceIsAnArgument() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(DATA_PATH)
                .should()
                .callMethod(Math.class, "random")
                .because("a test could not repeat it: take a LongUnaryOperator or ask the Loop"));
    }

    // ---- names

    @Test
    void namesSayWhatAThingIsFor() {
        holds(noClasses()
                .that()
                .areNotAssignableTo(LogManager.class) // the JDK's own word
                .should()
                .haveNameMatching(".*(Utils?|Commons?|Impl|Manager|Helper)")
                .orShould()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..", "..manager..", "..helper..")
                .because("a name for everything says nothing"));
    }

    private static DescribedPredicate<JavaMethodCall> calls(Class<?> owner, String... names) {
        return describe(
                owner.getSimpleName() + " " + List.of(names),
                call -> call.getTargetOwner().isAssignableTo(owner)
                        && List.of(names).contains(call.getName()));
    }

    private static void holds(ArchRule rule) {
        rule.allowEmptyShould(true).check(OURS);
    }
}
