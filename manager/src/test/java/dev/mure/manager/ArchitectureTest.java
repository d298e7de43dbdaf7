package dev.mure.manager;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md: who may know whom inside the manager. */
class ArchitectureTest {

    private static final String ROOT = "dev.mure.manager";
    private static final String[] PLANNERS = {in("planning"), in("orchestrator"), in("rollout"), in("scheduler")};

    private static final JavaClasses MANAGER =
            new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOT);

    @Test
    void theStoreKnowsNobody() {
        classes().that().resideInAPackage(in("store")).should().onlyDependOnClassesThat(resideInAnyPackage(
                in("store"), "dev.mure.v1..", "com.google.protobuf..", "org.pcollections..", "java.lang..",
                "java.util..",
                "org.jspecify.annotations..")).check(MANAGER);
    }

    @Test
    void plannersKnowOnlyTheStoreAndTheSchema() {
        classes().that().resideInAnyPackage(PLANNERS).should().onlyDependOnClassesThat(resideInAnyPackage(
                in("planning"), in("orchestrator"), in("rollout"), in("scheduler"), in("store"), "dev.mure.v1..",
                "com.google.protobuf..", "java.lang..", "java.util..", "java.time..", "org.jspecify.annotations.."))
                .check(MANAGER);
    }

    @Test
    void theForecastKnowsOnlyThePlanners() {
        classes().that().resideInAPackage(in("forecast")).should().onlyDependOnClassesThat(resideInAnyPackage(
                in("forecast"), in("planning"), in("orchestrator"), in("rollout"), in("scheduler"), in("store"),
                "dev.mure.v1..", "com.google.protobuf..", "java.lang..", "java.util..",
                "org.jspecify.annotations..")).check(MANAGER);
    }

    @Test
    void plannersAndStoreHaveNoClockNoThreadAndNoChance() {
        noClasses().that().resideInAnyPackage(PLANNERS).or().resideInAnyPackage(in("store"), in("forecast")).should()
                .callMethod(System.class, "currentTimeMillis").orShould()
                .callMethod(System.class, "nanoTime").orShould()
                .dependOnClassesThat().haveFullyQualifiedName("java.time.Clock").orShould()
                .dependOnClassesThat().haveFullyQualifiedName("java.lang.Thread").orShould()
                .dependOnClassesThat().haveSimpleNameEndingWith("Random").orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..", "java.io..", "java.nio..", "java.net..")
                .check(MANAGER);
    }

    @Test
    void onlyRaftSeesRatis() {
        noClasses().that().resideOutsideOfPackage(in("raft")).should()
                .dependOnClassesThat().resideInAPackage("org.apache.ratis..").check(MANAGER);
    }

    @Test
    void raftKnowsOnlyTheStore() {
        noClasses().that().resideInAPackage(in("raft")).should().dependOnClassesThat(resideInAnyPackage(
                in("leader"), in("api"), in("http"), in("dispatcher"), in("planning"), in("orchestrator"),
                in("rollout"),
                in("scheduler"))).check(MANAGER);
    }

    @Test
    void onlyTheDoorsSeeTheirLibraries() {
        noClasses().that().resideOutsideOfPackage(in("http")).should()
                .dependOnClassesThat().resideInAPackage("org.eclipse.jetty..").check(MANAGER);
        noClasses().that().resideInAnyPackage(in("leader"), in("raft")).should()
                .dependOnClassesThat().resideInAPackage("io.grpc..").check(MANAGER);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MANAGER);
    }

    private static String in(String name) {
        return ROOT + "." + name + "..";
    }
}
