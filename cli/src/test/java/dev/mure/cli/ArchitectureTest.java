package dev.mure.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows inside the command line, and what it must not load: each library costs start-up time. */
class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.mure.cli");

    @Test
    void usesOnlyFewLibraries() {
        classes().should().onlyDependOnClassesThat()
                .resideInAnyPackage("dev.mure.cli..", "dev.mure.v1", "com.google.protobuf", "com.google.gson.stream",
                        "picocli",
                        "org.jspecify..", "java..")
                .check(CLASSES);
    }

    @Test
    void leavesOutSlowPartsOfTheJdk() {
        noClasses().should().dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "java.util.logging..", "java.util.regex..")
                .check(CLASSES);
        noClasses().should().callMethod(String.class, "format", String.class, Object[].class).check(CLASSES);
    }

    @Test
    void hasNoCycles() {
        slices().matching("dev.mure.cli.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void formatsWithoutKnowingWhatFor() {
        noClasses().that().resideInAPackage("dev.mure.cli.format..").should().dependOnClassesThat()
                .resideInAnyPackage("dev.mure.cli.command..", "dev.mure.cli.connect..", "dev.mure.cli.progress..",
                        "dev.mure.cli.process..")
                .check(CLASSES);
    }
}
