package dev.mure.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNameTest {

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            web,                            web,                   latest,   web@sha256:1
            web:2,                          web,                   2,        web:2@sha256:1
            localhost:5000/web,             localhost:5000/web,    latest,   localhost:5000/web@sha256:1
            localhost:5000/team/web:2,      localhost:5000/team/web, 2,      localhost:5000/team/web:2@sha256:1
            web@sha256:9,                   web,                   sha256:9, web@sha256:9
            web:2@sha256:9,                 web,                   sha256:9, web:2@sha256:9
            """)
    void isTakenApart(String reference, String name, String version, String pinned) {
        ImageName image = ImageName.parse(reference);
        assertThat(image.reference()).isEqualTo(reference);
        assertThat(image.name()).isEqualTo(name);
        assertThat(image.version()).isEqualTo(version);
        assertThat(image.pinnedTo("sha256:1").reference()).isEqualTo(pinned);
    }

    @ParameterizedTest
    @CsvSource({"web:1, web@sha256:1, true", "web, docker.io/library/web@sha256:1, true",
        "index.docker.io/library/web, web, true", "team/web, docker.io/team/web, true", "team/web, web, false",
        "localhost/web, web, false", "localhost/web:3, localhost/web, true", "r.example:5000/web, r.example/web, false",
        "r.example/web, r.example/web:7, true", "web, web2, false"})
    void namesOfOneRepositoryAreKnown(String one, String other, boolean same) {
        assertThat(ImageName.parse(one).isOfRepository(ImageName.parse(other))).isEqualTo(same);
        assertThat(ImageName.parse(other).isOfRepository(ImageName.parse(one))).isEqualTo(same);
    }
}
