package dev.mure.cli.testing;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test of whole commands against one manager. */
public abstract class ManagerTest {
    @TempDir
    protected Path folder;
    protected FakeManager manager;

    @BeforeEach
    final void startManager() throws IOException {
        manager = FakeManager.onUnixSocket(folder.resolve("mure.sock"));
    }

    @AfterEach
    final void stopManager() throws IOException {
        manager.close();
    }

    /** Runs {@code mure}. */
    protected Run mure(String... arguments) {
        return Run.of(manager, arguments);
    }
}
