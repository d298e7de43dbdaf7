package dev.mure.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between the packages. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mure.agent");

    @Test
    void onlyTheDockerRuntimeSeesTheDockerLibrary() {
        noClasses().that().resideOutsideOfPackage("dev.mure.agent.runtime.docker..")
                .should().dependOnClassesThat().resideInAnyPackage("com.github.dockerjava..")
                .check(CLASSES);
    }

    @Test
    void onlyTheSessionAndTheAssemblySeeGrpc() {
        noClasses().that()
                .resideInAnyPackage("dev.mure.agent.task..", "dev.mure.agent.runtime..", "dev.mure.agent.storage..")
                .should().dependOnClassesThat().resideInAnyPackage("io.grpc..")
                .check(CLASSES);
    }

    @Test
    void theRuntimeKnowsNobody() {
        noClasses().that().resideInAPackage("dev.mure.agent.runtime..")
                .should().dependOnClassesThat()
                .resideInAnyPackage("dev.mure.agent", "dev.mure.agent.task..", "dev.mure.agent.session..",
                        "dev.mure.agent.storage..")
                .check(CLASSES);
    }

    @Test
    void supervisionKnowsOnlyThePortOfTheRuntime() {
        noClasses().that().resideInAPackage("dev.mure.agent.task..")
                .should().dependOnClassesThat()
                .resideInAnyPackage("dev.mure.agent", "dev.mure.agent.session..", "dev.mure.agent.storage..",
                        "dev.mure.agent.runtime.docker..", "dev.mure.agent.runtime.process..")
                .check(CLASSES);
    }

    @Test
    void theStepIsPure() {
        noClasses().that().haveSimpleNameStartingWith("TaskStep").or().haveSimpleName("TaskFacts")
                .should().dependOnClassesThat()
                .resideInAnyPackage("java.io..", "java.net..", "java.nio..", "java.time..", "java.util.concurrent..",
                        "org.slf4j..")
                .check(CLASSES);
    }

    @Test
    void thereAreNoCircles() {
        slices().matching("dev.mure.agent.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
