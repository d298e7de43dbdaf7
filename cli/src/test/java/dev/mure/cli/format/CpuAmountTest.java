package dev.mure.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuAmountTest {

    @ParameterizedTest
    @CsvSource({"0,0,0", "0.5,500000000,0.5", ".1,100000000,0.1", "2,2000000000,2", "10.0,10000000000,10",
        "0.000000001,1,0.000000001"})
    void readsAndPrintsDecimals(String text, long nanoCpus, String printed) {
        assertThat(CpuAmount.parse(text)).isEqualTo(nanoCpus);
        assertThat(CpuAmount.print(nanoCpus)).isEqualTo(printed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "-1", "1e3", "half", "1.2.3", "0.0000000001", "99999999999"})
    void refusesTheRest(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> CpuAmount.parse(text));
    }
}
