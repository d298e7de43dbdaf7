package dev.mure.cli.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void laysOutAsDockerDoes() {
        String text = new Table().row("ID", "NAME", "MODE", "REPLICAS", "IMAGE", "PORTS")
                .row("9mil5ulekirt", "redis", "replicated", "3/3", "redis:3.0.6", "")
                .print();

        assertThat(text).isEqualTo("""
                ID             NAME      MODE         REPLICAS   IMAGE         PORTS
                9mil5ulekirt   redis     replicated   3/3        redis:3.0.6  \s
                """);
    }

    @Test
    void countsCharactersAndNotBytes() {
        assertThat(new Table().row("ÄÖÜäöüß🐦", "x").row("12345678", "y").print())
                .isEqualTo("ÄÖÜäöüß🐦   x\n12345678   y\n");
    }
}
