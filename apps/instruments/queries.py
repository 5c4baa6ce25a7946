"""Reading questionnaires: lists for project staff, and the form behind a version, compiled once."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from apps.instruments import definition
from apps.instruments.comparison import Pair, compare
from apps.instruments.definition import Choice, Form, Group, Language, Scale
from apps.instruments.logic import CompiledForm, compile_form
from apps.instruments.models import Concordance, Instrument, InstrumentVersion, Item, PaperCopy, Section

_COMPILED_FORMS = 32

ITEM_FIELDS = (
    "name", "kind", "row", "list_name", "label", "hint", "guidance", "first_step", "measure", "evidence",
    "descriptors", "required", "required_message", "relevant", "readonly", "constraint", "constraint_message",
    "calculation", "choice_filter", "default", "default_is_expression", "appearance", "rows", "dimension", "weight",
    "target_level", "competence", "source", "legal_basis", "legal_basis_date", "legal_basis_review",
    "predecessor", "comparability",
)  # fmt: skip
"""Fields that an item has in the database as in `definition.Item`; `path`, `profiles` and `scale` are JSON there."""


def instruments_with_versions() -> QuerySet[Instrument]:
    """All instruments with their versions, newest first, each with `item_count` and `level_count`."""
    return Instrument.objects.prefetch_related(Prefetch("versions", queryset=versions()))


def versions() -> QuerySet[InstrumentVersion]:
    """All versions, newest first, with `item_count` (calculations left out) and `level_count`."""
    level = Q(items__kind=definition.SELECT_ONE, items__list_name=definition.LEVEL_LIST)
    return (
        InstrumentVersion.objects.select_related("instrument")
        .annotate(
            item_count=Count("items", filter=~Q(items__kind__in=(definition.CALCULATE, definition.HIDDEN))),
            level_count=Count("items", filter=level),
        )
        .order_by("-created_at")
    )


def published_versions() -> QuerySet[InstrumentVersion]:
    """The versions that a wave may use, newest first."""
    return (
        InstrumentVersion.objects.filter(state=InstrumentVersion.State.PUBLISHED)
        .select_related("instrument")
        .order_by("-published_at")
    )


def item_rows(version: InstrumentVersion | UUID) -> dict[str, Item]:
    """The stored items of a version by name, in order, for rows that point at them."""
    key = version.pk if isinstance(version, InstrumentVersion) else version
    return {item.name: item for item in Item.objects.filter(version_id=key).order_by("position")}


def predecessor_of(version: InstrumentVersion) -> InstrumentVersion | None:
    """The version that `version` follows: the one published last before it; None for the first."""
    earlier = InstrumentVersion.objects.filter(instrument_id=version.instrument_id).exclude(pk=version.pk)
    if version.published_at is not None:
        earlier = earlier.filter(published_at__lt=version.published_at)
    return earlier.exclude(published_at=None).order_by("-published_at").first()


def concordance_of(version: InstrumentVersion, predecessor: InstrumentVersion) -> dict[str, Concordance]:
    """What was decided about the items of `version` and those dropped, by the key of their pair."""
    rows = Concordance.objects.filter(version=version, predecessor=predecessor).select_related("confirmed_by")
    return {f"item-{row.item}" if row.item else f"dropped-{row.predecessor_item}": row for row in rows}


def compared(version: InstrumentVersion, predecessor: InstrumentVersion) -> tuple[Pair, ...]:
    """Every item of `version` beside its predecessor, then the dropped ones."""
    return compare(load_compiled(predecessor).form, load_compiled(version).form)


def paper_copy_of(version: InstrumentVersion, language: str) -> PaperCopy | None:
    """The printed questionnaire in a language, or None where nobody has ordered it."""
    return PaperCopy.objects.filter(version=version, language=language).first()


def load_form(version: InstrumentVersion | UUID) -> Form:
    """Return the form of a version, read from its rows (three queries)."""
    if not isinstance(version, InstrumentVersion):
        version = InstrumentVersion.objects.select_related("instrument").get(pk=version)
    items: dict[UUID, list[definition.Item]] = {}
    for row in Item.objects.filter(version=version).order_by("position"):
        items.setdefault(row.section_id, []).append(_item(row))
    sections = tuple(
        definition.Section(
            name=section.name,
            label=section.label,
            hint=section.hint,
            relevant=section.relevant,
            dimension=section.dimension,
            row=section.row,
            groups=tuple(_group(group) for group in section.groups),
            items=tuple(items.get(section.pk, ())),
        )
        for section in Section.objects.filter(version=version).order_by("position")
    )
    return Form(
        key=version.instrument.key,
        title=version.title,
        version=version.version,
        languages=tuple(Language(language["code"], language["name"]) for language in version.languages),
        sections=sections,
        choice_lists={
            name: tuple(Choice(choice["name"], choice["label"], choice["columns"]) for choice in choices)
            for name, choices in version.choice_lists.items()
        },
    )


def load_compiled(version: InstrumentVersion | UUID) -> CompiledForm:
    """Return the compiled form of a version.

    Published and retired versions never change, so they are kept in the process by their key; a draft is
    read anew. Raises InstrumentVersion.DoesNotExist for an unknown key.
    """
    if isinstance(version, InstrumentVersion) and version.is_draft:
        return compile_form(load_form(version))
    key = version.pk if isinstance(version, InstrumentVersion) else version
    compiled = _compiled(key)
    if compiled is None:
        return compile_form(load_form(key))
    return compiled


class _IsDraft(Exception):
    """Not to be remembered: lru_cache keeps what is returned, not what is raised."""


def _compiled(key: UUID) -> CompiledForm | None:
    try:
        return _compiled_for_good(key)
    except _IsDraft:
        return None


@lru_cache(maxsize=_COMPILED_FORMS)
def _compiled_for_good(key: UUID) -> CompiledForm:
    version = InstrumentVersion.objects.select_related("instrument").get(pk=key)
    if version.is_draft:
        raise _IsDraft
    return compile_form(load_form(version))


def forget_compiled() -> None:
    """Empty the cache; for tests, whose transactions take versions back."""
    _compiled_for_good.cache_clear()


def _item(row: Item) -> definition.Item:
    values: dict[str, Any] = {name: getattr(row, name) for name in ITEM_FIELDS}
    scale = Scale(*(Decimal(row.scale[name]) for name in ("start", "end", "step"))) if row.scale else None
    return definition.Item(path=tuple(row.path), profiles=tuple(row.profiles), scale=scale, **values)


def _group(group: Mapping[str, Any]) -> Group:
    return Group(
        name=group["name"],
        path=tuple(group["path"]),
        label=group["label"],
        hint=group["hint"],
        relevant=group["relevant"],
        row=group["row"],
    )
