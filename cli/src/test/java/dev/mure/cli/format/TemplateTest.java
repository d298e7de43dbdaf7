package dev.mure.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
    private static final Map<String, Object> DATA =
            Map.of("ID", "abcdef", "Name", "redis", "Count", 3, "Empty", "", "Spec",
                    Map.of("Image", "redis:3.0.6", "Args", List.of("a", "b")));

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{{.ID}}|abcdef",
        "{{ .ID }} is {{.Name}}|abcdef is redis",
        "{{.Spec.Image}}|redis:3.0.6",
        "{{json .Spec.Args}}|[\"a\",\"b\"]",
        "{{json .Nothing}}|null",
        "{{.Nothing}}|<no value>",
        "{{.Nothing.At.All}}|<no value>",
        "{{.Count}}|3",
        "{{upper .Name}}{{lower \"ABC\"}}{{title .Name}}|REDISabcRedis",
        "{{truncate .ID 3}}|abc",
        "{{truncate .ID 30}}|abcdef",
        "<{{pad .ID 1 2}}>|< abcdef  >",
        "{{join .Spec.Args \", \"}}|a, b",
        "{{json \"x\"}}|\"x\""
    })
    void fillsIn(String template, String text) {
        assertThat(Template.parse(template).render(DATA)).isEqualTo(text);
    }

    @Test
    void passesResultsThroughPipes() {
        assertThat(Template.parse("{{.Name | upper | json}}").render(DATA)).isEqualTo("\"REDIS\"");
        assertThat(Template.parse("{{split \"a=b\" \"=\" | json}}").render(DATA)).isEqualTo("[\"a\",\"b\"]");
    }

    @Test
    void readsBackslashTAsATab() {
        assertThat(Template.parse("{{.ID}}\\t{{.Name}}").render(DATA)).isEqualTo("abcdef\tredis");
    }

    @Test
    void printsTheWhole() {
        assertThat(Template.parse("{{json .}}").render(Map.of("a", 1))).isEqualTo("{\"a\":1}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{{.ID|'{{' without '}}'",
        "{{}}|an empty action",
        "{{range .X}}|unknown function 'range' (there are: json, join, lower, pad, println, split, title, truncate, upper)",
        "{{.A .B}}|'.A' is not a function",
        "{{json x}}|'x' is neither a field (.Name) nor a string nor a number",
        "{{json \"x}}|'{{' without '}}'",
        "{{.A..B}}|'.A..B' is not a field"
    })
    void saysWhatIsWrong(String template, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> Template.parse(template)).withMessage(message);
    }

    @Test
    void saysWhichArgumentsAreMissing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Template.parse("{{truncate .ID}}").render(DATA))
                .withMessage("'truncate' needs more arguments");
        assertThatIllegalArgumentException().isThrownBy(() -> Template.parse("{{truncate .ID .Name}}").render(DATA))
                .withMessage("'truncate' needs a number from 0 to 1000");
    }
}
