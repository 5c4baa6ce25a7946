"""Bringing questionnaires in, and their way from draft to retirement."""

import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.audit.actions import record
from apps.instruments import definition, paper_files
from apps.instruments.comparison import DROPPED, NEW, Pair
from apps.instruments.definition import Form
from apps.instruments.models import Concordance, Instrument, InstrumentVersion, Item, PaperCopy, Section, Workbook
from apps.instruments.queries import ITEM_FIELDS, compared, concordance_of, predecessor_of
from apps.instruments.workbook import refuse
from apps.instruments.xlsform import Reading, read_workbook


class WrongState(ValueError):
    """The version is not in a state in which this can be done."""


def import_instrument(
    *, actor: Any, content: bytes, filename: str, reading: Reading | None = None
) -> InstrumentVersion:
    """Read a workbook and store it as a draft version, all or nothing.

    `reading` is what `read_workbook` made of the same content, where the caller has it already. The same
    workbook again returns the version that it made before. Raises InvalidWorkbook: the workbook has
    problems, or another one already has its key and version.
    """
    reading = reading or read_workbook(content, filename)
    form = reading.form
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        Instrument.objects.get_or_create(key=form.key, defaults={"title": form.title})
        instrument = Instrument.objects.select_for_update(of=("self",)).get(key=form.key)
        existing = _existing(instrument, form, digest)
        if existing is not None:
            return existing
        if instrument.title != form.title:
            instrument.title = form.title
            instrument.save(update_fields=["title", "updated_at"])
        version = _store(instrument, reading)
        name = PurePath(filename).name[-200:]
        Workbook.objects.create(version=version, filename=name, sha256=digest, content=content)
        record(
            actor=actor,
            verb="instrument.imported",
            target=version,
            data={"key": form.key, "version": form.version, "file": name, "sha256": digest},
        )
    return version


def publish_version(*, actor: Any, version: InstrumentVersion) -> InstrumentVersion:
    """Publish a draft: from now on it can be used and never changes.

    Raises WrongState for a retired one, and for a successor whose items have not all been compared.
    """
    with transaction.atomic():
        version = _locked(version)
        if version.is_published:
            return version
        if not version.is_draft:
            raise WrongState(_("A retired version cannot be published again."))
        _complete_concordance(version)
        version.state = InstrumentVersion.State.PUBLISHED
        version.published_at = timezone.now()
        version.save(update_fields=["state", "published_at", "updated_at"])
        record(actor=actor, verb="instrument.published", target=version, data={"version": str(version)})
    return version


def retire_version(*, actor: Any, version: InstrumentVersion) -> InstrumentVersion:
    """Retire a published version: no new wave may use it. Raises WrongState for a draft."""
    with transaction.atomic():
        version = _locked(version)
        if version.state == InstrumentVersion.State.RETIRED:
            return version
        if not version.is_published:
            raise WrongState(_("Only a published version can be retired."))
        version.state = InstrumentVersion.State.RETIRED
        version.save(update_fields=["state", "updated_at"])
        record(actor=actor, verb="instrument.retired", target=version, data={"version": str(version)})
    return version


def discard_draft(*, actor: Any, version: InstrumentVersion) -> None:
    """Delete a draft, so that a corrected workbook can take its version. Raises WrongState once published."""
    with transaction.atomic():
        version = _locked(version)
        if not version.is_draft:
            raise WrongState(_("Only a draft can be discarded."))
        record(actor=actor, verb="instrument.discarded", target=version, data={"version": str(version)})
        for copy in PaperCopy.objects.filter(version=version):
            transaction.on_commit(partial(paper_files.discard_all, copy.pk))
        _delete(version)


def confirm_concordance(*, actor: Any, version: InstrumentVersion, decisions: Mapping[str, str]) -> int:
    """Record for items of a draft what ties them to the version before; returns how many.

    `decisions` maps the key of a pair (comparison.Pair.key) to one of its possible comparabilities. Deciding
    that an item with a predecessor is *new* drops the predecessor. Raises WrongState: the version is no
    draft, it has no predecessor, or a decision is not possible.
    """
    with transaction.atomic():
        version = _locked(version)
        predecessor = predecessor_of(version)
        if not version.is_draft or predecessor is None:
            raise WrongState(_("Only a draft that follows another version is compared."))
        pairs = {pair.key: pair for pair in compared(version, predecessor)}
        for key, comparability in decisions.items():
            if key not in pairs or comparability not in pairs[key].possible:
                raise WrongState(_("This cannot be decided any more: please look at the comparison again."))
            _decide(version, predecessor, pairs[key], comparability, actor)
        if decisions:
            record(
                actor=actor,
                verb="instrument.compared",
                target=version,
                data={"version": str(version), "predecessor": str(predecessor), "items": len(decisions)},
            )
    return len(decisions)


def _decide(
    version: InstrumentVersion, predecessor: InstrumentVersion, pair: Pair, comparability: str, actor: Any
) -> None:
    old = pair.old.name if pair.old else ""
    item = pair.item.name if pair.item else ""
    decided = {"predecessor": predecessor, "confirmed_by": actor, "confirmed_at": timezone.now()}
    dropped = {**decided, "comparability": DROPPED}
    rows = Concordance.objects.filter(version=version)
    if not item:
        rows.update_or_create(defaults=dropped, version=version, item="", predecessor_item=old)
        return
    follows = old if comparability != NEW else ""
    rows.update_or_create(
        defaults={**decided, "comparability": comparability, "predecessor_item": follows}, version=version, item=item
    )
    if not old:
        return
    if rows.filter(predecessor_item=old).exclude(item="").exists():
        rows.filter(item="", predecessor_item=old).delete()
    else:
        rows.update_or_create(defaults=dropped, version=version, item="", predecessor_item=old)


def _complete_concordance(version: InstrumentVersion) -> None:
    """Tie items that did not change to themselves. Raises WrongState where something is left to decide."""
    predecessor = predecessor_of(version)
    if predecessor is None:
        return
    Concordance.objects.filter(version=version).exclude(predecessor=predecessor).delete()
    decided = concordance_of(version, predecessor)
    open_pairs = [pair for pair in compared(version, predecessor) if pair.takes_answer and pair.key not in decided]
    left = [pair for pair in open_pairs if pair.to_decide]
    if left:
        values = {"count": len(left), "version": predecessor.version}
        raise WrongState(
            ngettext(
                "%(count)d item has not yet been compared with version %(version)s.",
                "%(count)d items have not yet been compared with version %(version)s.",
                len(left),
            )
            % values
        )
    Concordance.objects.bulk_create(
        [
            Concordance(
                version=version,
                predecessor=predecessor,
                item=pair.either.name,
                predecessor_item=pair.old.name if pair.old else "",
                comparability=pair.proposal,
            )
            for pair in open_pairs
        ]
    )


def _locked(version: InstrumentVersion) -> InstrumentVersion:
    return InstrumentVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)


def _delete(version: InstrumentVersion) -> None:
    """Delete a version with its content, leaving it to the database's foreign keys that nothing uses it.

    Django's own deletion would first look for such rows itself: in tables of the municipalities, which the
    programme's scope may not read.
    """
    of_version: list[QuerySet[Any]] = [
        PaperCopy.objects.filter(version=version),
        Concordance.objects.filter(version=version),
        Item.objects.filter(version=version),
        Section.objects.filter(version=version),
        Workbook.objects.filter(version=version),
        InstrumentVersion.objects.filter(pk=version.pk),
    ]
    for rows in of_version:
        rows._raw_delete(rows.db)


def _existing(instrument: Instrument, form: Form, digest: str) -> InstrumentVersion | None:
    version = instrument.versions.filter(version=form.version).first()
    if version is None:
        return None
    if Workbook.objects.filter(version=version, sha256=digest).exists():
        return version
    values = {"key": form.key, "version": form.version}
    raise refuse(
        _("“%(key)s” already has a version %(version)s with other content: give the workbook a new version") % values,
        "settings",
        2,
    )


def _store(instrument: Instrument, reading: Reading) -> InstrumentVersion:
    form = reading.form
    version = InstrumentVersion.objects.create(
        instrument=instrument,
        version=form.version,
        title=form.title,
        languages=[{"code": language.code, "name": language.name} for language in form.languages],
        choice_lists={
            name: [
                {"name": choice.name, "label": dict(choice.label), "columns": dict(choice.columns)}
                for choice in choices
            ]
            for name, choices in form.choice_lists.items()
        },
        warnings=list(reading.warnings),
    )
    sections = [
        Section(
            version=version,
            position=position,
            name=section.name,
            label=dict(section.label),
            hint=dict(section.hint),
            relevant=section.relevant,
            dimension=section.dimension,
            row=section.row,
            groups=[
                {
                    "name": group.name,
                    "path": list(group.path),
                    "label": dict(group.label),
                    "hint": dict(group.hint),
                    "relevant": group.relevant,
                    "row": group.row,
                }
                for group in section.groups
            ],
        )
        for position, section in enumerate(form.sections, start=1)
    ]
    Section.objects.bulk_create(sections)
    by_name = {section.name: section for section in sections}
    Item.objects.bulk_create(
        [
            Item(
                version=version,
                section=by_name[section.name],
                position=position,
                path=list(item.path),
                profiles=list(item.profiles),
                scale=_scale(item),
                **{name: _plain(getattr(item, name)) for name in ITEM_FIELDS},
            )
            for position, (section, item) in enumerate(
                ((section, item) for section in form.sections for item in section.items), start=1
            )
        ]
    )
    return version


def _scale(item: definition.Item) -> dict[str, str] | None:
    scale = item.scale
    return {"start": str(scale.start), "end": str(scale.end), "step": str(scale.step)} if scale else None


def _plain(value: Any) -> Any:
    """Mappings as JSON wants them."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return value
