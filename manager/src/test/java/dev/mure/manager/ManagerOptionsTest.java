package dev.mure.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagerOptionsTest {

    @ParameterizedTest
    @CsvSource({
        ", 127.0.0.1, 127.0.0.1",
        ", 10.0.0.1, 0.0.0.0",
        "10.0.0.1, 10.0.0.1, 10.0.0.1",
        "0.0.0.0, 127.0.0.1, 0.0.0.0"
    })
    void listensWhereOthersFindIt(String listen, String advertise, String bound) throws Exception {
        ManagerOptions options = options(Optional.ofNullable(listen), advertise);
        options.validate();
        assertThat(options.bindHost()).isEqualTo(bound);
    }

    @Test
    void refusesToListenWhereNobodyFindsIt() {
        assertThatThrownBy(() -> options(Optional.of("127.0.0.1"), "10.0.0.1").validate())
                .isInstanceOf(WrongUsageException.class)
                .hasMessageContaining("--advertise 10.0.0.1 can't be reached from outside while --listen 127.0.0.1");
    }

    private static ManagerOptions options(Optional<String> listen, String advertise) {
        return new ManagerOptions(Path.of("unused"), "m1", listen, advertise, 7370, 7371, Optional.empty(), 150, true,
                List.of(), Optional.empty());
    }
}
