"""Learning at one's own pace: what is done, results of quizzes, finishing, beginning again.

Kept are the keys of finished units and of each quiz the number of attempts and the best result; no answer, no choice in
a scenario, no reflection. There are no audit records: who learns what and how fast is nobody else's business. Nothing
is recorded before the municipality's records are open.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.municipalities.models import Municipality
from apps.training import queries_learning, quiz
from apps.training.attendance_list import expiry
from apps.training.models import Completion, ModuleEdition, Progress, Unit
from apps.training.units import UnitKind, content_hash


class NotLearnable(Exception):
    """There is no such module or unit to be learned alone (any more)."""


class RecordsNotOpen(Exception):
    """The municipality's training records are not open: nothing is kept."""


class NotYet(Exception):
    """The step is not possible yet; the reason is a sentence to show."""


class NoAttemptLeft(Exception):
    """All attempts of the quiz are used."""


@transaction.atomic
def mark_done(*, actor: Any, municipality: Municipality, key: str, unit_key: str, has_ended: bool = False) -> None:
    """Record that the person is through with a unit.

    has_ended: a scenario was played to an ending. Raises NotLearnable, RecordsNotOpen, NotYet for a quiz that is not
    passed and a scenario that has not ended.
    """
    edition, units = _material(key)
    unit = _unit(units, unit_key)
    row = _locked(actor, municipality, edition)
    if unit_key not in row.done:
        if unit.kind == UnitKind.QUIZ and not row.quizzes.get(unit_key, {}).get("passed"):
            raise NotYet(_("This quiz is not passed yet."))
        if unit.kind == UnitKind.SCENARIO and not has_ended:
            raise NotYet(_("Please go on to one of the endings first."))
    row.done[unit_key] = hash_of(unit)
    _keep(row, edition, unit_key)


@transaction.atomic
def record_quiz(
    *, actor: Any, municipality: Municipality, key: str, unit_key: str, attempt: int, result: quiz.Result
) -> tuple[Progress, bool]:
    """Count an attempt and keep the best result; returns how far the person is, and whether it counted.

    attempt: the how-manieth it was when the page was made; one that was counted before (sent twice, or sent again by
    going back) counts no more. Raises NotLearnable, RecordsNotOpen, NoAttemptLeft.
    """
    edition, units = _material(key)
    unit = _unit(units, unit_key)
    row = _locked(actor, municipality, edition)
    known: Mapping[str, Any] = row.quizzes.get(unit_key, {})
    used, most = int(known.get("attempts", 0)), int(unit.content.get("attempts") or 0)
    if attempt <= used:
        return row, False
    if most and used >= most:
        raise NoAttemptLeft
    row.quizzes[unit_key] = {
        "attempts": used + 1,
        "best": max(int(known.get("best", 0)), result.percent),
        "passed": bool(known.get("passed")) or result.passed,
    }
    if result.passed:
        row.done[unit_key] = hash_of(unit)
    _keep(row, edition, unit_key)
    return row, True


@transaction.atomic
def finish(*, actor: Any, municipality: Municipality, key: str) -> Completion:
    """Complete the module: the learner's own step, once everything is done. Sent twice, it is completed once.

    Raises NotLearnable, RecordsNotOpen, NotYet naming how many units are missing.
    """
    edition, units = _material(key)
    row = _locked(actor, municipality, edition)
    module, today = edition.version.module, timezone.localdate()
    if row.finished_at is not None:
        known = queries_learning.completion(actor, module)
        if known is not None:
            return known
    missing = [unit for unit in units if unit.key not in row.done]
    if missing:
        raise NotYet(_("Units that are not done yet: %(number)s.") % {"number": len(missing)})
    row.finished_at = timezone.now()
    _keep(row, edition, row.last_unit)
    completion: Completion
    result = score(units, row.quizzes)
    completion, is_new = Completion.objects.get_or_create(
        user=actor,
        module=module,
        completed_on=today,
        defaults={
            "edition": edition,
            "expires_on": expiry(today, edition.valid_months),
            "minutes": edition.minutes,
            "score": result,
        },
    )
    if not is_new and completion.score is None and result is not None:
        # Completed in a session on the same day: what the quizzes showed is not lost.
        completion.score = result
        completion.save(update_fields=["score", "updated_at"])
    return completion


@transaction.atomic
def begin_again(*, actor: Any, municipality: Municipality, key: str) -> None:
    """Forget how far the person is in the module, attempts of quizzes included; completions stay.

    Raises NotLearnable.
    """
    edition, _units = _material(key)
    Progress.objects.filter(user=actor, module=edition.version.module_id).delete()


def hash_of(unit: Unit) -> str:
    """A short sign for what a unit says, kept with it as done: so that it is seen when its text has changed."""
    return content_hash(unit.kind, unit.title, unit.content)[:16]


def score(units: Sequence[Unit], quizzes: Mapping[str, Mapping[str, Any]]) -> int | None:
    """The average of the best results of all quizzes with a pass mark, in percent; None where there is none."""
    graded = [unit for unit in units if unit.kind == UnitKind.QUIZ and int(unit.content.get("pass_mark") or 0)]
    best = [int(quizzes[unit.key]["best"]) for unit in graded if unit.key in quizzes]
    return sum(best) // len(best) if best else None


def _material(key: str) -> tuple[ModuleEdition, list[Unit]]:
    """The text offered now and its units, read anew: it may have been exchanged since the page was made."""
    units = queries_learning.offered_units(key)
    if not units:
        raise NotLearnable
    return units[0].edition, units


def _unit(units: Sequence[Unit], key: str) -> Unit:
    found = next((unit for unit in units if unit.key == key), None)
    if found is None:
        raise NotLearnable
    return found


def _locked(actor: Any, municipality: Municipality, edition: ModuleEdition) -> Progress:
    """The person's row of the module, locked, made where it is missing. Raises RecordsNotOpen."""
    if not queries_learning.records_open(municipality):
        raise RecordsNotOpen
    module = edition.version.module
    rows = Progress.objects.select_for_update(of=("self",)).filter(user=actor, module=module)
    found: Progress | None = rows.first()
    if found is not None:
        return found
    # Two windows may begin at the same moment: the database keeps one row.
    Progress.objects.bulk_create([Progress(user=actor, module=module, edition=edition)], ignore_conflicts=True)
    made: Progress = rows.get()
    return made


def _keep(row: Progress, edition: ModuleEdition, unit_key: str) -> None:
    row.edition, row.last_unit = edition, unit_key
    row.save(update_fields=["done", "quizzes", "edition", "last_unit", "finished_at", "updated_at"])
