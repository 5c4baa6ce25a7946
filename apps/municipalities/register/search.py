"""Names as people type them: keys for a prefix search that knows umlauts, ß, accents and titles.

PostgreSQL's unaccent and ICU collations are not everywhere, so the keys are computed here and stored.
"""

import re
import unicodedata

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u"})
# Letters that NFKD does not take apart (Sorbian, Danish and Polish names occur).
_STROKES = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe"})
_NOT_WORD = re.compile(r"[^0-9a-z]+")

# Titles in front of or behind a name; the register writes them behind a comma, people in front.
_TITLES = frozenset(
    {
        *("stadt", "st", "gemeinde", "markt", "m", "gkst", "flecken"),
        *("hansestadt", "landeshauptstadt", "kreisstadt", "universitaetsstadt", "stadtkreis"),
        *("landkreis", "kreis", "lkr", "lk", "region", "staedteregion", "regionalverband"),
        *("amt", "samtgemeinde", "verbandsgemeinde", "vg", "vgem", "vvg", "gvv", "verwaltungsgemeinschaft"),
        *("verwaltungsverband", "gemeindeverwaltungsverband"),
        *("reg", "bez", "regierungsbezirk", "frueher", "direktionsbezirk", "statistische"),
        *("der", "des"),
    }
)


def normalise(text: str) -> str:
    """Lower case, umlauts as ae/oe/ue, ß as ss, no accents, one blank between words: "Lübben (Błota)" →
    "luebben blota".
    """
    return _words(text, _GERMAN)


def plain(text: str) -> str:
    """As `normalise`, but umlauts without their dots: "Lübeck" → "lubeck", for those without a German
    keyboard.
    """
    return _words(text, _PLAIN)


def _words(text: str, umlauts: dict[int, str]) -> str:
    composed = unicodedata.normalize("NFC", text).casefold()
    # casefold has already made ss of ß.
    letters = unicodedata.normalize("NFKD", composed.translate(umlauts).translate(_STROKES))
    without_accents = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", without_accents).strip()


def bare_name(name: str, *, drop_titles: bool = False) -> str:
    """The name without what follows its comma: "Flensburg, Stadt" → "Flensburg".

    With drop_titles also without titles in front or in brackets, for associations and districts:
    "VVG der Stadt Aalen" → "Aalen", "Emmerting (VGem)" → "Emmerting". Never empty.
    """
    bare = " ".join(name.split(",", 1)[0].split())
    if not drop_titles:
        return bare
    bare = re.sub(r"\s*\(VGem\)$", "", bare)
    words = bare.split(" ")
    while len(words) > 1 and all(part in _TITLES for part in normalise(words[0]).split()):
        words.pop(0)
    return " ".join(words)


def query_keys(query: str) -> list[str]:
    """Keys to look for, the query as it is first, then without titles: "Stadt Wehlen" → ["stadt wehlen",
    "wehlen"].

    Empty for a query without letters or digits.
    """
    key = normalise(query)
    if not key:
        return []
    words = key.split(" ")
    first, last = 0, len(words)
    while first < last - 1 and words[first] in _TITLES:
        first += 1
    while last - 1 > first and words[last - 1] in _TITLES:
        last -= 1
    stripped = " ".join(words[first:last])
    return [key] if stripped == key else [key, stripped]


def digits(query: str) -> str | None:
    """The digits of an AGS or ARS (or of its beginning), blanks left out; None where the query is something
    else.
    """
    packed = "".join(query.split())
    return packed if packed.isascii() and packed.isdigit() and 2 <= len(packed) <= 12 else None
