"""Names as people type them."""

import pytest

from apps.municipalities.register import search


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Lübeck", "luebeck"),
        ("LÜBECK", "luebeck"),
        ("Lu\u0308beck", "luebeck"),
        ("Großenkneten", "grossenkneten"),
        ("GROẞENKNETEN", "grossenkneten"),
        ("Cottbus/Chóśebuz", "cottbus chosebuz"),
        ("Lübben (Spreewald) / Lubin (Błota)", "luebben spreewald lubin blota"),
        ("St. Ingbert", "st ingbert"),
        ("  Nortorfer  Land ", "nortorfer land"),
    ],
)
def test_keys_know_umlauts_sharp_s_accents_and_case(name: str, key: str) -> None:
    assert search.normalise(name) == key


def test_the_plain_key_leaves_the_dots_out() -> None:
    assert search.plain("Lübeck") == "lubeck"
    assert search.plain("Großräschen") == "grossraschen"


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Flensburg, Stadt", "Flensburg"),
        ("Markt Schwaben, M", "Markt Schwaben"),
        ("Meschede, Kreis- und  Hochschulstadt", "Meschede"),
    ],
)
def test_what_follows_the_comma_is_no_name(name: str, bare: str) -> None:
    assert search.bare_name(name) == bare


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("VVG der Stadt Herrenberg", "Herrenberg"),
        ("GVV Gärtringen/Ehningen", "Gärtringen/Ehningen"),
        ("Emmerting (VGem)", "Emmerting"),
        ("Region Hannover", "Hannover"),
        ("Städteregion Aachen", "Aachen"),
        ("früher: Reg.-Bez. Koblenz", "Koblenz"),
        ("Amt", "Amt"),
        ("Rhein-Sieg-Kreis", "Rhein-Sieg-Kreis"),
    ],
)
def test_titles_of_associations_and_districts_are_no_names(name: str, bare: str) -> None:
    assert search.bare_name(name, drop_titles=True) == bare


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("Stadt Flensburg", ["stadt flensburg", "flensburg"]),
        ("Flensburg, Stadt", ["flensburg stadt", "flensburg"]),
        ("Landkreis Gifhorn", ["landkreis gifhorn", "gifhorn"]),
        ("Flensburg", ["flensburg"]),
        ("Stadt", ["stadt"]),
        ("  ", []),
        ("%", []),
    ],
)
def test_titles_in_a_query_may_be_left_out(query: str, keys: list[str]) -> None:
    assert search.query_keys(query) == keys


@pytest.mark.parametrize(
    ("query", "digits"),
    [
        ("01001000", "01001000"),
        ("01 0 01 0000 000", "010010000000"),
        ("1", None),
        ("0100 Köln", None),
        ("²²", None),
    ],
)
def test_digits_are_a_key(query: str, digits: str | None) -> None:
    assert search.digits(query) == digits
