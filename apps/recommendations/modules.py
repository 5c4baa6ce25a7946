"""The training modules that rules and texts name by their stable keys, whether they exist already or not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core import module_declaration
from apps.core.module_declaration import ModuleFact

#: What is planned, by key. The titles are German, as the modules themselves are.
PLANNED = {
    "grundlagen": "Grundlagen am Schreibtisch",
    "ermessen-sprache-vorlagen": "Ermessen, Sprache, Vorlagen",
    "auswahlgespraech": "Auswahlgespräch",
    "beschwerde-fuehren": "Beschwerde führen, vom ersten Gespräch zum Ergebnis",
    "fuehren-bei-vorfaellen": "Führen bei Vorfällen",
    "empowerment": "Empowerment",
}
IN_PREPARATION = _("in preparation")


@dataclass(frozen=True, slots=True)
class NamedModule:
    """A module as pages name it. fact: None while there is no such module."""

    key: str
    title: str
    fact: ModuleFact | None = None

    @property
    def is_offered(self) -> bool:
        """People find it in the catalogue of a municipality."""
        return self.fact is not None and self.fact.is_offered

    @property
    def is_public(self) -> bool:
        """Everybody finds it."""
        return self.fact is not None and self.fact.is_public

    @property
    def state(self) -> str | Promise:
        """How far it is, in words."""
        if self.is_offered:
            return _("in the catalogue")
        return IN_PREPARATION if self.fact is not None or self.key in PLANNED else _("not planned")

    def __str__(self) -> str:
        return self.title


def named(keys: Iterable[str], existing: Mapping[str, ModuleFact] | None = None) -> list[NamedModule]:
    """The modules with these keys, each once, in their order.

    existing: where they have been read already; otherwise they are read here, unless there is no key.
    """
    wanted = list(dict.fromkeys(key for key in keys if key))
    if existing is None:
        existing = module_declaration.modules() if wanted else {}
    return [NamedModule(key, title_of(key, existing), existing.get(key)) for key in wanted]


def title_of(key: str, existing: Mapping[str, ModuleFact] | None = None) -> str:
    """What a module is called: in the catalogue, else as planned; the key itself where nobody has planned it."""
    fact = (existing or {}).get(key)
    return fact.title if fact is not None and fact.is_offered else PLANNED.get(key, key)
