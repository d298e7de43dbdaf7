package dev.mure.cli.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

    @ParameterizedTest
    @CsvSource({"2026-11-23T02:49:05.564174122Z", "2026-11-23T02:49:40.08219021Z", "2026-11-23T02:49:40Z",
        "2026-11-23T02:49:40.5Z"})
    void writesTimesWithAsManyDecimalsAsNeeded(String time) {
        Timestamp timestamp = Samples.at(time);

        assertThat(Words.of(timestamp)).isEqualTo(time);
    }

    @Test
    void shortensIdsAndImages() {
        assertThat(Words.shortId("9mil5ulekirtd17q4sfn2puzz")).isEqualTo("9mil5ulekirt");
        assertThat(Words.familiar("redis:3.0.6@sha256:abc")).isEqualTo("redis:3.0.6");
    }

    @Test
    void hasAWordForEachStateOfATask() {
        for (TaskState state : TaskState.values()) {
            String expected =
                    state == TaskState.UNRECOGNIZED ? "unknown" : state.name().substring("TASK_STATE_".length());
            assertThat(Words.of(state)).isEqualToIgnoringCase(expected);
        }
    }
}
