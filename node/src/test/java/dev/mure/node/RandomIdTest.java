package dev.mure.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomIdTest {

    @Test
    void idsHave25CharactersAndDiffer() {
        Random random = new Random(1);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String id = RandomId.next(random);
            assertThat(id).matches("[0-9a-z]{25}");
            assertThat(RandomId.isId(id)).isTrue();
            ids.add(id);
        }
        assertThat(ids).hasSize(1_000);
    }

    @Test
    void otherTextIsNoId() {
        assertThat(RandomId.isId("")).isFalse();
        assertThat(RandomId.isId("a".repeat(24))).isFalse();
        assertThat(RandomId.isId("A".repeat(25))).isFalse();
    }
}
