package dev.mure.manager.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.v1.Label;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.Placement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Constraints of a placement: update-semantics §9. */
class ConstraintsTest {

    private static final Node WORKER = Node.newBuilder()
            .setId("abc")
            .setName("Web-1")
            .setDescription(
                    NodeDescription.newBuilder().setHostname("machine").setOs("linux").setArchitecture("x86_64"))
            .addLabels(Label.newBuilder().setKey("zone").setValue("A"))
            .addLabels(Label.newBuilder().setKey("ssd"))
            .build();

    private static final Node MANAGER = WORKER.toBuilder().setManager(ManagerRole.getDefaultInstance()).build();

    private static boolean met(Node node, String... constraints) {
        Placement placement = Placement.newBuilder().addAllConstraints(List.of(constraints)).build();
        return Constraints.met(placement, node);
    }

    @ParameterizedTest
    @CsvSource({
        "node.id==abc, true",
        "node.id==ABC, true",
        "node.id==ab, false",
        "node.id!=abc, false",
        "node.id!=xyz, true",
        "NODE.ID==abc, true",
        "' node.id == abc ', true",
        "node.hostname==web-1, true",
        "node.hostname==machine, false",
        "node.role==worker, true",
        "node.role==manager, false",
        "node.role!=Manager, true",
        "node.platform.os==Linux, true",
        "node.platform.os==windows, false",
        "node.platform.arch==x86_64, true",
        "node.platform.arch==amd64, true",
        "node.platform.arch!=AMD64, false",
        "node.platform.arch==aarch64, false",
        "node.labels.zone==a, true",
        "node.labels.zone==b, false",
        "node.labels.zone!=b, true",
        "Node.Labels.zone==a, true",
        "node.labels.Zone==a, false",
        "node.labels.rack==1, false",
        "node.labels.rack!=1, true",
        "node.labels.ssd==true, false",
        "node.labels.ssd!=true, true"})
    void oneConstraint(String constraint, boolean holds) {
        assertThat(Constraints.fault(constraint)).isEmpty();
        assertThat(met(WORKER, constraint)).isEqualTo(holds);
    }

    @Test
    void aNodeWithAManagerHasThatRole() {
        assertThat(met(MANAGER, "node.role==manager")).isTrue();
        assertThat(met(MANAGER, "node.role==worker")).isFalse();
    }

    @Test
    void theNamesOfAnArchitectureAreEqual() {
        Node arm = Node.newBuilder().setDescription(NodeDescription.newBuilder().setArchitecture("aarch64")).build();
        assertThat(met(arm, "node.platform.arch==arm64")).isTrue();
        assertThat(met(arm, "node.platform.arch==aarch64")).isTrue();
        assertThat(met(arm, "node.platform.arch==amd64")).isFalse();
    }

    @Test
    void whatANodeHasNotToldEqualsNothing() {
        assertThat(met(Node.getDefaultInstance(), "node.platform.os==linux")).isFalse();
        assertThat(met(Node.getDefaultInstance(), "node.platform.os!=linux")).isTrue();
    }

    @Test
    void allMustHold() {
        assertThat(met(WORKER)).isTrue();
        assertThat(met(WORKER, "node.labels.zone==a", "node.role==worker")).isTrue();
        assertThat(met(WORKER, "node.labels.zone==a", "node.role==manager")).isFalse();
    }

    @Test
    void oneThatCannotBeParsedHoldsNowhere() {
        assertThat(met(WORKER, "node.id!=xyz", "zone!=b")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "node.labels.zone=a | \"node.labels.zone=a\" has neither == nor !=: write KEY==VALUE or KEY!=VALUE, for example"
                + " node.labels.zone==a",
        "==a | \"==a\" has no valid key: write KEY==VALUE or KEY!=VALUE, for example node.labels.zone==a",
        "node.id== | \"node.id==\" has no value: write one behind the operator",
        "node.id==ä | \"node.id==ä\" has a value that can't be compared: use letters, digits, blanks and"
                + " : - _ . * ( ) ? + [ ] \\ ^ $ | /",
        "zone==a | \"zone==a\" has a key that is not known: use node.id, node.hostname, node.role, node.platform.os,"
                + " node.platform.arch or node.labels.LABEL",
        "node.labels.==a | \"node.labels.==a\" has a key that is not known: use node.id, node.hostname, node.role,"
                + " node.platform.os, node.platform.arch or node.labels.LABEL",
        "engine.labels.ssd==1 | \"engine.labels.ssd==1\" asks for a label of the engine, which is not known to managers:"
                + " label the node with `node update --label-add` and use node.labels.LABEL",
        "node.role==leader | \"node.role==leader\" asks for a role that no node has: use manager or worker"})
    void aFaultIsToldInOneLine(String line) {
        int bar = line.indexOf(" | ");
        assertThat(Constraints.fault(line.substring(0, bar))).contains(line.substring(bar + 3));
    }

    @Test
    void whatIsQuotedIsShortAndOnOneLine() {
        assertThat(Constraints.fault("a\nb" + "x".repeat(1_000)).orElseThrow())
                .startsWith("\"a?bxxx")
                .hasSizeLessThan(250)
                .doesNotContain("\n");
    }
}
