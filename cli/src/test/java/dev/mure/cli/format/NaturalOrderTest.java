package dev.mure.cli.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {

    @Test
    void ordersNumbersByTheirValue() {
        List<String> names =
                new ArrayList<>(List.of("web10", "web2", "web", "api.10", "api.9", "web02x", "", "web2.1"));

        names.sort(NaturalOrder::compare);

        assertThat(names).containsExactly("", "api.9", "api.10", "web", "web2", "web2.1", "web02x", "web10");
    }

    @Test
    void takesDifferentTextsAsDifferent() {
        assertThat(NaturalOrder.compare("a1", "a01")).isPositive();
        assertThat(NaturalOrder.compare("a01", "a1")).isNegative();
        assertThat(NaturalOrder.compare("a1", "a1")).isZero();
    }
}
