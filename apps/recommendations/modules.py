"""The training modules that rules may name before they exist: by their stable keys."""

from django.utils.translation import gettext_lazy as _

#: What is planned, by key. The titles are German, as the modules themselves will be.
PLANNED = {
    "grundlagen": "Grundlagen am Schreibtisch",
    "ermessen-sprache-vorlagen": "Ermessen, Sprache, Vorlagen",
    "auswahlgespraech": "Auswahlgespräch",
    "beschwerde-fuehren": "Beschwerde führen, vom ersten Gespräch zum Ergebnis",
    "fuehren-bei-vorfaellen": "Führen bei Vorfällen",
    "empowerment": "Empowerment",
}
IN_PREPARATION = _("in preparation")


def title_of(key: str) -> str:
    """What a module is called; the key itself where nobody has planned such a module."""
    return PLANNED.get(key, key)
