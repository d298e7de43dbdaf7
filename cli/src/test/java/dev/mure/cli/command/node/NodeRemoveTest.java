package dev.mure.cli.command.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.v1.RemoveNodeRequest;
import dev.mure.v1.RemoveNodeResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class NodeRemoveTest extends ManagerTest {

    @Test
    void removesEachAndTellsWhatCannotBe() throws IOException {
        manager.answer("RemoveNode", RemoveNodeResponse.newBuilder().setId("id1").build())
                .refuse("RemoveNode", 400, "failed_precondition", "node id2 is not down and can't be removed")
                .refuse("RemoveNode", 404, "not_found", "node n3 not found");
        assertThat(mure("node", "rm", "--force", "n1", "n2", "n3")).isEqualTo(new Run(ExitCode.FAILURE, "n1\n", """
                mure: node id2 is not down and can't be removed
                mure: no such node: n3
                """));
        RemoveNodeRequest first = RemoveNodeRequest.parseFrom(manager.bodies("RemoveNode").getFirst());
        assertThat(first.getNode()).isEqualTo("n1");
        assertThat(first.getForce()).isTrue();
        assertThat(first.getRequest().getId()).isNotEmpty();
    }

    @Test
    void wantsANode() {
        assertThat(mure("node", "rm").exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    }
}
