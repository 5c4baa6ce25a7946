"""The structured fields of an edition: which there are, what an entry holds, and what is wrong with one.

Pure, and the one place that knows their form: pages build their forms from it, the import of files checks by it.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.entries import (
    ITEM,
    LEGAL_BASIS,
    NUMBER,
    SLUG,
    TEXT,
    URL,
    Part,
    Problem,
    entries_problems,
    entry_problems,
    names_problems,
)

INDICATOR = (
    Part("name", _("Name")),
    Part("definition", _("Definition"), TEXT, longest=1_500, hint=_("Numerator, denominator, unit, what is left out.")),
    Part("source", _("Source of the figure"), TEXT, longest=600),
    Part("baseline", _("How the starting value is taken"), TEXT, longest=1_000),
    Part("unit", _("Unit"), longest=40),
)
ENTRIES: Mapping[str, tuple[Part, ...]] = {
    "legal_bases": LEGAL_BASIS,
    "variants": (
        Part("where", _("Where"), hint=_("A Land, or a kind of municipality.")),
        Part("text", _("How it is done there"), TEXT, longest=3_000),
    ),
    "templates": (
        Part("title", _("Title")),
        Part("text", _("Text to use"), TEXT, longest=6_000),
    ),
    "measures": (
        Part("title", _("Title")),
        Part("description", _("What is done"), TEXT, longest=2_000),
        Part("months", _("Months until it is done"), NUMBER, least=1, most=120),
        Part("unit", _("Department usually responsible")),
        Part("indicator", _("Indicator"), longest=300),
        Part("unit_of_value", _("Unit of its value"), longest=40),
    ),
    "sources": (
        Part("by", _("Author or publisher")),
        Part("title", _("Title"), longest=300),
        Part("year", _("Year"), NUMBER, least=1900, most=2100),
        Part("url", _("Address on the web"), URL, required=False, longest=500),
    ),
}


def problems(field: str, value: Any) -> list[Problem]:
    """What is wrong with the value of one of the JSON fields of an edition; empty where nothing is.

    Raises KeyError for a field that has no form here.
    """
    if field == "items":
        return list(names_problems(field, value, ITEM.fullmatch, gettext("is not the name of an item.")))
    if field == "training":
        otherwise = gettext("is not the key of a module: small letters, digits and hyphens.")
        return list(names_problems(field, value, SLUG.fullmatch, otherwise))
    if field == "indicator":
        return [] if value == {} else list(entry_problems(field, 0, INDICATOR, value))
    return list(entries_problems(field, ENTRIES[field], value))


def all_problems(values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with any of the JSON fields among `values`."""
    known = (*ENTRIES, "indicator", "items", "training")
    return [problem for field in known if field in values for problem in problems(field, values[field])]
