package dev.mure.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({"0,0", "4194304,4194304", "50M,52428800", "50m,52428800", "1k,1024", "1.5g,1610612736",
        "64MiB,67108864",
        "64mb,67108864", "2T,2199023255552", "7b,7"})
    void readsWhatDockerReads(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "5X", "-1M", "1.2.3M", "5Mx", "5bb", "99999999999P", "1 M"})
    void refusesTheRest(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"0,0B", "1023,1023B", "1024,1KiB", "52428800,50MiB", "25276502016,23.54GiB", "1610612736,1.5GiB"})
    void printsAsDocker(long bytes, String text) {
        assertThat(ByteSize.print(bytes)).isEqualTo(text);
    }
}
