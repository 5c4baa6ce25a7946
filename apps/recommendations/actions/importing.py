"""Taking the project's drafts from files into the database, and again when the files change."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit.actions import record
from apps.core.draft_files import InvalidFile, Outcome, Result
from apps.instruments.queries import load_compiled, published_versions
from apps.recommendations.actions.lifecycle import locked
from apps.recommendations.actions.starting import create, lock_numbers
from apps.recommendations.actions.texts import write_section
from apps.recommendations.library import Entry, Rule
from apps.recommendations.models import MappingRule, Recommendation, RecommendationVersion, SectionCheckout, TeamMember
from apps.recommendations.queries import open_edition
from apps.reviews.lifecycle import State

#: Content, and therefore German: why a recommendation of the library is written.
_BECAUSE = "Entwurf des Projekts aus der mitgelieferten Sammlung, vor Beteiligung."


@transaction.atomic
def import_entries(*, actor: Any, entries: Sequence[Entry]) -> list[Result]:
    """Bring the database up to date with files, all or nothing. A second time nothing changes.

    A new recommendation becomes an idea that municipalities can read as a draft. A text is brought up to date, its
    keys carried over, as long as it is an idea that nobody works on; one that a team has begun, or that is frozen, is
    left. Rules that are missing are added; those that are there are changed under the same condition; none is deleted.
    Raises InvalidFile where number and key belong to different recommendations, an item is not in the published
    questionnaire, or a prerequisite is not known.
    """
    lock_numbers()
    _check_items(entries)
    known = {made.key: made for made in Recommendation.objects.all()}
    written = []
    for entry in entries:
        made, outcome, why = _write(actor, entry, known)
        known[made.key] = made
        written.append((entry, made, outcome, why))
    results = []
    for entry, made, outcome, why in written:
        changed = _write_rules(entry, made, known, update=outcome != Outcome.LEFT)
        if changed and outcome == Outcome.UNCHANGED:
            outcome = Outcome.UPDATED
        further = f"{changed} rules written" if changed else ""
        results.append(Result(entry.name, outcome, why, further))
    return results


def _write(actor: Any, entry: Entry, known: Mapping[str, Recommendation]) -> tuple[Recommendation, Outcome, str]:
    made = known.get(entry.key)
    if made is None:
        if any(other.number == entry.number for other in known.values()):
            raise InvalidFile(entry.name, [f"number: {entry.number} belongs to another recommendation."])
        version = create(
            actor=actor,
            number=entry.number,
            key=entry.key,
            dimension=entry.dimension,
            edition=dict(entry.edition),
            started_because=_BECAUSE,
        )
        _write_text(version, entry)
        version.shared_as_draft_at = timezone.now()
        version.save(update_fields=["shared_as_draft_at", "updated_at"])
        return version.recommendation, Outcome.CREATED, ""
    if made.number != entry.number:
        raise InvalidFile(entry.name, [f"number: {entry.key} has the number {made.number}."])
    newest = made.versions.order_by("-number")[0]
    version = locked(newest.pk)
    if why := _why_left(version):
        return made, Outcome.LEFT, why
    if not _write_text(version, entry):
        return made, Outcome.UNCHANGED, ""
    record(actor=actor, verb="recommendation.imported", target=version)
    return made, Outcome.UPDATED, ""


def _why_left(version: RecommendationVersion) -> str:
    if version.state != State.IDEA or version.number > 1:
        return f"it is past being an idea ({version}, {version.state})"
    if open_edition(version) is None:
        return "its text is frozen"
    if TeamMember.objects.filter(recommendation=version.recommendation_id).exists():
        return "a team writes it"
    if SectionCheckout.objects.filter(edition__version=version).exists():
        return "somebody has a part of it in hand"
    return ""


def _write_text(version: RecommendationVersion, entry: Entry) -> bool:
    """Write fields and text of the open edition; returns whether anything was different."""
    edition = open_edition(version)
    assert edition is not None
    different = [name for name, value in entry.edition.items() if getattr(edition, name) != value]
    if different:
        for name in different:
            setattr(edition, name, entry.edition[name])
        edition.save(update_fields=[*different, "updated_at"])
    sections = [write_section(edition, section, words) for section, words in entry.text.items()]
    return bool(different) or any(sections)


# --- Rules --------------------------------------------------------------------------------------------------------


def _write_rules(entry: Entry, made: Recommendation, known: Mapping[str, Recommendation], *, update: bool) -> int:
    """Add missing rules and, with `update`, change those that differ; returns how many."""
    there = {(rule.instrument, rule.item, rule.competence, rule.module): rule for rule in made.rules.all()}
    new, changed = [], 0
    for number, rule in enumerate(entry.rules, 1):
        if rule.prerequisite and rule.prerequisite not in known:
            problem = f"rules[{number}].prerequisite: there is no recommendation “{rule.prerequisite}”."
            raise InvalidFile(entry.name, [problem])
        first = known[rule.prerequisite].pk if rule.prerequisite else None
        if first == made.pk:
            raise InvalidFile(entry.name, [f"rules[{number}].prerequisite: it cannot come before itself."])
        values = {
            "threshold": rule.threshold,
            "on_unknown": rule.on_unknown,
            "priority": rule.priority,
            "prerequisite_id": first,
        }
        row = there.get((rule.instrument, rule.item, rule.competence, rule.module))
        if row is None:
            new.append(_row(rule, made, values))
        elif update and any(getattr(row, name) != value for name, value in values.items()):
            MappingRule.objects.filter(pk=row.pk).update(**values, updated_at=timezone.now())
            changed += 1
    MappingRule.objects.bulk_create(new)
    return len(new) + changed


def _row(rule: Rule, made: Recommendation, values: Mapping[str, Any]) -> MappingRule:
    return MappingRule(
        instrument=rule.instrument,
        item=rule.item,
        competence=rule.competence,
        module=rule.module,
        recommendation=made,
        **values,
    )


def _check_items(entries: Sequence[Entry]) -> None:
    """Raises InvalidFile for an item that its questionnaire, where it is published, does not ask."""
    newest: dict[str, frozenset[str]] = {}
    for version in published_versions():
        if version.instrument.key not in newest:
            form = load_compiled(version).form
            newest[version.instrument.key] = frozenset(item.name for item in form.level_items)
    for entry in entries:
        problems = [
            f"rules[{number}].item: {rule.instrument} does not ask “{rule.item}”."
            for number, rule in enumerate(entry.rules, 1)
            if rule.instrument in newest and rule.item not in newest[rule.instrument]
        ]
        if problems:
            raise InvalidFile(entry.name, problems)
