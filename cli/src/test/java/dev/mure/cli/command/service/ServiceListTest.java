package dev.mure.cli.command.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.FakeManager;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.GlobalMode;
import dev.mure.v1.ListServicesRequest;
import dev.mure.v1.ListServicesResponse;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ServiceView;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceListTest extends ManagerTest {

    private static ServiceView named(String name, String image) {
        ServiceView.Builder service = Samples.redis().toBuilder().setRunningTasks(1);
        service.getSpecBuilder().setName(name).getTaskBuilder().getContainerBuilder().setImage(image);
        return service.build();
    }

    @BeforeEach
    void answer() {
        manager.answer("ListServices", ListServicesResponse.newBuilder().addServices(Samples.redis())
                .addServices(named("web10", "nginx:1.25@sha256:abc")).addServices(named("web2", "nginx:1.25")).build());
    }

    @Test
    void printsWhatDockerPrints() {
        assertThat(mure("service", "ls")).isEqualTo(new Run(ExitCode.OK, """
                ID             NAME      MODE         REPLICAS   IMAGE         PORTS
                9mil5ulekirt   redis     replicated   3/3        redis:3.0.6  \s
                9mil5ulekirt   web2      replicated   1/3        nginx:1.25   \s
                9mil5ulekirt   web10     replicated   1/3        nginx:1.25   \s
                """, ""));
        assertThat(mure("service", "list")).isEqualTo(mure("service", "ls"));
    }

    @Test
    void printsOnlyIds() {
        assertThat(mure("service", "ls", "-q").out()).isEqualTo("9mil5ulekirt\n".repeat(3));
    }

    @Test
    void printsAsTheFormatSays() {
        assertThat(mure("service", "ls", "--format", "{{.Name}}: {{.Replicas}}").out())
                .isEqualTo("redis: 3/3\nweb2: 1/3\nweb10: 1/3\n");
        assertThat(mure("service", "ls", "--format", "json").out()).startsWith(
                "{\"ID\":\"9mil5ulekirt\",\"Image\":\"redis:3.0.6\",\"Mode\":\"replicated\",\"Name\":\"redis\",\"Ports\":\"\",\"Replicas\":\"3/3\"}\n");
        assertThat(mure("service", "ls", "--format", "table {{.Name}}\\t{{.Image}}").out())
                .startsWith("NAME      IMAGE\n");
    }

    @Test
    void asksForWhatTheFiltersSay() throws IOException {
        mure("service", "ls", "--filter", "id=9m", "-f", "label=a=b", "--filter=name=web", "-f", "name=red", "-f",
                "mode=replicated");

        assertThat(ListServicesRequest.parseFrom(manager.bodies("ListServices").getFirst()))
                .isEqualTo(ListServicesRequest.newBuilder().addIds("9m").addLabels("a=b").addNames("web")
                        .addNames("red").build());
    }

    @Test
    void leavesOutOtherModes() {
        assertThat(mure("service", "ls", "-q", "-f", "mode=global")).isEqualTo(new Run(ExitCode.OK, "", ""));
    }

    @Test
    void refusesWrongFiltersAndFormatsInOneLine() {
        assertThat(mure("service", "ls", "-f", "color=red").err())
                .isEqualTo(
                        "mure: unknown filter \"color\" (there are: id, label, mode, name); see 'mure service ls --help'\n");
        assertThat(mure("service", "ls", "-f", "name").err())
                .isEqualTo(
                        "mure: invalid value \"name\" for --filter: expected KEY=VALUE; see 'mure service ls --help'\n");
        assertThat(mure("service", "ls", "-f", "mode=x").exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(mure("service", "ls", "--format", "{{.Nmae}}").err())
                .isEqualTo("mure: invalid template in --format: no field .Nmae "
                        + "(there are: .ID, .Name, .Mode, .Replicas, .Image, .Ports); see 'mure service ls --help'\n");
    }

    @Test
    void showsGlobalServices() throws IOException {
        ServiceView.Builder global = Samples.redis().toBuilder().setRunningTasks(4).setDesiredTasks(5);
        global.getSpecBuilder().setName("g").setGlobal(GlobalMode.getDefaultInstance()).getTaskBuilder()
                .addPorts(PortConfig.newBuilder().setTargetPort(80).setPublishedPort(8080)
                        .setMode(PortConfig.PublishMode.HOST));
        try (FakeManager other = FakeManager.onTcp()) {
            other.answer("ListServices",
                    ListServicesResponse.newBuilder().addServices(Samples.redis()).addServices(global).build());

            assertThat(Run.of(other, "service", "ls", "-f", "mode=global").out()).isEqualTo("""
                    ID             NAME      MODE      REPLICAS   IMAGE         PORTS
                    9mil5ulekirt   g         global    4/5        redis:3.0.6  \s
                    """);
        }
    }
}
