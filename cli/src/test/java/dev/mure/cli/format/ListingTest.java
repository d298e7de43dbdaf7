package dev.mure.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mure.cli.format.Listing.Column;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListingTest {
    private final Listing listing = new Listing(
            List.of(new Column("ID", "ID"), new Column("CurrentState", "CURRENT STATE"),
                    new Column("Self", "SELF", false)));

    @BeforeEach
    void fill() {
        listing.add("a", "Running", "true");
        listing.add("b", "Ready", "false");
    }

    @Test
    void printsTheUsualTableWithoutHiddenColumns() {
        assertThat(listing.print(null)).isEqualTo("""
                ID        CURRENT STATE
                a         Running
                b         Ready
                """);
        assertThat(listing.print("table")).isEqualTo(listing.print(null));
    }

    @Test
    void printsATableOfChosenColumns() {
        assertThat(listing.print("table {{.CurrentState}}\\t{{.Self}}")).isEqualTo("""
                CURRENT STATE   SELF
                Running         true
                Ready           false
                """);
    }

    @Test
    void printsALinePerRow() {
        assertThat(listing.print("{{.ID}}={{.Self}}")).isEqualTo("a=true\nb=false\n");
    }

    @Test
    void printsJsonWithSortedKeys() {
        assertThat(listing.print("json")).isEqualTo("""
                {"CurrentState":"Running","ID":"a","Self":"true"}
                {"CurrentState":"Ready","ID":"b","Self":"false"}
                """);
    }

    @Test
    void namesTheFieldsThatThereAre() {
        assertThatIllegalArgumentException().isThrownBy(() -> listing.print("{{.Nmae}}"))
                .withMessage("no field .Nmae (there are: .ID, .CurrentState, .Self)");
    }
}
