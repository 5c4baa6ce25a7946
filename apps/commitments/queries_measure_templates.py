"""Measures to begin from: those an adopted recommendation proposes, and those the questionnaire proposes for a need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.assessments.queries_needs import OpenNeed, open_needs
from apps.commitments.models import Adoption, AdoptionNeed
from apps.commitments.states import DECIDED
from apps.instruments.definition import localized
from apps.instruments.queries import load_compiled
from apps.recommendations.models import Edition

MAX_TITLE, MAX_SOURCE = 160, 240
_ADOPTION, _NEED = "adoption", "need"


@dataclass(frozen=True, slots=True)
class Template:
    """A measure to begin from. key: as an address carries it; source: what `copied_from` will say.

    months: how long it takes, None where nothing is said. unit: the department that is proposed, as a word.
    """

    key: str
    group: str
    source: str
    title: str
    description: str = ""
    months: int | None = None
    unit: str = ""
    indicator: str = ""
    unit_of_value: str = ""
    adoption_id: UUID | None = None
    need_ids: tuple[UUID, ...] = ()

    @property
    def is_of_a_need(self) -> bool:
        return self.key.startswith(_NEED)


def templates_of_adoptions(adoption_id: UUID | None = None) -> list[Template]:
    """The template measures of all adopted recommendations (or of one adoption); at most three queries."""
    adoptions = Adoption.objects.filter(state__in=sorted(DECIDED)).select_related("version__recommendation")
    if adoption_id is not None:
        adoptions = adoptions.filter(pk=adoption_id)
    found = list(adoptions.order_by("version__recommendation__number", "version__number"))
    if not found:
        return []
    needs: dict[UUID, list[UUID]] = {}
    for adoption_key, need in AdoptionNeed.objects.filter(adoption__in=found).values_list("adoption_id", "need_id"):
        needs.setdefault(adoption_key, []).append(need)
    editions = {
        edition.version_id: edition
        for edition in Edition.objects.filter(version__in=[row.version_id for row in found])
        .order_by("version_id", "-number")
        .distinct("version_id")
    }
    return [
        _of_adoption(adoption, edition, place, entry, tuple(needs.get(adoption.pk, ())))
        for adoption in found
        if (edition := editions.get(adoption.version_id)) is not None
        for place, entry in enumerate(edition.measures)
        if _text(entry, "title")
    ]


def templates_of_needs(needs: Sequence[OpenNeed] | None = None) -> list[Template]:
    """For each need that stands what its item proposes, or the item itself where it proposes nothing; one query."""
    return [_of_need(need) for need in (open_needs() if needs is None else needs)]


def template(key: str) -> Template | None:
    """The template an address names; None where there is none, or no longer."""
    kind, _colon, rest = key.partition(":")
    found: list[Template] = []
    if kind == _ADOPTION:
        adoption_id = _uuid(rest.partition(":")[0])
        found = templates_of_adoptions(adoption_id) if adoption_id is not None else []
    elif kind == _NEED:
        need_id = _uuid(rest)
        found = templates_of_needs([need for need in open_needs() if need.need_id == need_id])
    return next((entry for entry in found if entry.key == key), None)


def _of_adoption(adoption: Adoption, edition: Edition, place: int, entry: Any, needs: tuple[UUID, ...]) -> Template:
    version = f"{adoption.version} – {edition.title}"
    title = _text(entry, "title")
    unit, description = _text(entry, "unit"), _text(entry, "description")
    if unit:
        proposed = _("Proposed department: %(unit)s") % {"unit": unit}
        description = f"{description}\n\n{proposed}".strip()
    return Template(
        key=f"{_ADOPTION}:{adoption.pk}:{place}",
        group=version,
        source=f"{adoption.version}: {title}"[:MAX_SOURCE],
        title=title[:MAX_TITLE],
        description=description,
        months=_months(entry),
        unit=unit,
        indicator=_text(entry, "indicator")[:200],
        unit_of_value=_text(entry, "unit_of_value")[:40],
        adoption_id=adoption.pk,
        need_ids=needs,
    )


def _of_need(need: OpenNeed) -> Template:
    form = load_compiled(need.version_id).form
    item = form.items[need.item]
    language = get_language() or form.default_language
    label = localized(item.label, language, form.default_language) or item.name
    asked = " ".join(filter(None, (item.number, label)))
    text = localized(item.measure, language, form.default_language).strip()
    title = text or label
    is_long = len(title) > MAX_TITLE
    return Template(
        key=f"{_NEED}:{need.need_id}",
        group=asked,
        source=(_("Questionnaire, item %(item)s") % {"item": asked})[:MAX_SOURCE],
        title=title[: MAX_TITLE - 1].rsplit(" ", 1)[0] + "…" if is_long else title,
        description=title if is_long else "",
        need_ids=(need.need_id,),
    )


def _text(entry: Any, name: str) -> str:
    value = entry.get(name, "") if isinstance(entry, dict) else ""
    return value.strip() if isinstance(value, str) else ""


def _months(entry: Any) -> int | None:
    value = entry.get("months")
    return value if isinstance(value, int) and 0 < value <= 120 else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
