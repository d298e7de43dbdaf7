package dev.mure.cli.command.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RandomNameTest {

    @Test
    void isValidInDns() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 1000; i++) {
            assertThat(RandomName.make(random)).matches("[a-z]+-[a-z]+-[0-9]{3}").hasSizeLessThan(64);
        }
    }
}
