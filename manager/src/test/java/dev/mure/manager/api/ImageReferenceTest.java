package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {

    @ParameterizedTest
    @ValueSource(strings = {"redis", "redis:3.0.6", "library/redis", "docker.io/library/redis:3.0.6",
        "localhost:5000/a/b:Tag_1.2-x",
        "registry.example.com/a__b/c-d.e:v1", "a--b", "[2001:db8::1]:5000/x:1", "Registry.Example.com/x",
        "redis@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "redis:3@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"})
    void accepts(String reference) {
        assertThat(ImageReference.isValid(reference)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":3", "redis:", "redis:-x", "Redis", "a b", "redis:3:4", "a//b", "/a", "a/", "a..b",
        "a___b", "-a", "a-",
        "redis@sha256:abc", "redis@", "https://redis", "redis\n", "a/B",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"})
    void refuses(String reference) {
        assertThat(ImageReference.isValid(reference)).isFalse();
    }

    @Test
    void refusesLongNamesAndTags() {
        assertThat(ImageReference.isValid("a".repeat(255))).isTrue();
        assertThat(ImageReference.isValid("a".repeat(256))).isFalse();
        assertThat(ImageReference.isValid("a:" + "b".repeat(128))).isTrue();
        assertThat(ImageReference.isValid("a:" + "b".repeat(129))).isFalse();
    }

    @Test
    void isNotLedIntoEndlessBacktracking() {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            ImageReference.isValid("a.".repeat(400) + "!");
            ImageReference.isValid("a-".repeat(400) + "!");
            ImageReference.isValid("a/".repeat(400) + "!");
        });
    }
}
