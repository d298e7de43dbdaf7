package dev.mure.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mure.v1.Share;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharesTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "3", "100000", "0%", "25%", "100%"})
    void readsAndPrintsNumbersAndPercentages(String text) {
        assertThat(Shares.print(Shares.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%", "-1", "+1", "1.5", "101%", "-1%", "ten", "9999999999"})
    void refusesTheRest(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Shares.parse(text));
    }

    @Test
    void printsLists() {
        assertThat(Shares.print(List.of(Shares.parse("1"), Shares.parse("25%")))).isEqualTo("1,25%");
        assertThat(Shares.print(List.of(Share.getDefaultInstance()))).isEqualTo("0");
    }
}
