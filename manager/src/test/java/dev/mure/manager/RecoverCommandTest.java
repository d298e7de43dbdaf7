package dev.mure.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoverCommandTest {

    @Test
    void aFolderThatIsNotThereIsNotMade(@TempDir Path dir) {
        Path missing = dir.resolve("nosuch");
        int code = ManagerMain.execute("recover", "--data-dir", missing.toString());
        assertThat(code).isNotZero();
        assertThat(missing).doesNotExist();
    }
}
