"""A questionnaire of five questions, so that a journey to the signature is short."""

from io import BytesIO

from openpyxl import Workbook

FILENAME = "kurz.xlsx"
PROFILE = "schnellcheck"
LABELS = ("label::Deutsch (de)", "label::English (en)")
COLUMNS = ("type", "name", *LABELS, "required", "relevant", "dimension")
END = ("end_group", None, None, None, None, None, None)
ROWS = (
    ("begin_group", "d1", "Leitbild", "Mission", None, None, None),
    ("select_one level", "d1_01", "Der Rat hat beschlossen.", "The council decided.", "yes", None, 1),
    ("select_one level", "d1_02", "Jemand ist zuständig.", "Somebody is responsible.", "yes", None, 1),
    ("text", "d1_02_who", "Welche Stelle?", "Which office?", "no", "${d1_02} >= 2", None),
    END,
    ("begin_group", "d2", "Daten", "Data", None, None, None),
    ("select_one level", "d2_01", "Daten werden ausgewertet.", "Data are analysed.", "yes", None, 2),
    ("text", "d2_wishes", "Was wünschen Sie sich?", "What do you wish for?", "no", None, None),
    END,
)
LEVELS = (
    ("0", "Nicht vorhanden"),
    ("1", "Begonnen"),
    ("2", "Beauftragt"),
    ("3", "Etabliert"),
    ("4", "Wirksam"),
    ("unknown", "Wissen wir nicht"),
    ("refused", "Keine Angabe"),
    ("not_competent", "Gehört nicht zu unseren Aufgaben"),
    ("done_for_us", "Erledigt eine andere Stelle"),
)


def content() -> bytes:
    """The workbook's bytes."""
    book = Workbook()
    survey, choices, settings = book.active, book.create_sheet("choices"), book.create_sheet("settings")
    assert survey is not None
    survey.title = "survey"
    survey.append((*COLUMNS, "profile"))
    for row in ROWS:
        survey.append((*row, PROFILE if row[1] not in (None, "d1", "d2") else None))
    choices.append(("list_name", "name", *LABELS))
    for name, label in LEVELS:
        choices.append(("level", name, label, label))
    settings.append(("form_id", "version", "form_title", "default_language"))
    settings.append(("kurz", "1", "Kurzer Fragebogen", "Deutsch (de)"))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
