"""Adoptions and measures for tests, in the scope of their municipality and as the database lets them be made."""

from typing import Any

from django.db.models import Max
from django.utils import timezone

from apps.accounts.models import User
from apps.commitments.models import Adoption, AdoptionChange, Measure, SelfCommitment
from apps.commitments.states import AdoptionState, MeasureState
from apps.core import scope
from apps.municipalities.models import Municipality
from apps.recommendations.actions.lifecycle import advance, start_version
from apps.recommendations.models import RecommendationVersion, Round
from tests.factories import UserFactory
from tests.recommendations.factories import _PATH, _prepare, answer, open_round, version_in

_S = AdoptionState
#: The steps that lead to a state.
_WAYS: dict[str, tuple[str, ...]] = {
    _S.CONSIDERED: (),
    _S.NOT_ADOPTED: (_S.NOT_ADOPTED,),
    _S.ADOPTED: (_S.ADOPTED,),
    _S.LAPSED: (_S.ADOPTED, _S.LAPSED),
    _S.PLANNED: (_S.ADOPTED, _S.PLANNED),
    _S.IN_PROGRESS: (_S.ADOPTED, _S.PLANNED, _S.IN_PROGRESS),
    _S.IMPLEMENTED: (_S.ADOPTED, _S.PLANNED, _S.IN_PROGRESS, _S.IMPLEMENTED),
    _S.VERIFIED: (_S.ADOPTED, _S.PLANNED, _S.IN_PROGRESS, _S.IMPLEMENTED, _S.VERIFIED),
}


def adoption(
    municipality: Municipality,
    version: RecommendationVersion | None = None,
    state: str = AdoptionState.ADOPTED,
    **fields: Any,
) -> Adoption:
    """An adoption of `version` (a new standard where none is given) in `state`, its steps on record.

    Not within a scope of another kind. Measures are not made: the rows say what the actions would have demanded.
    """
    version = version or version_in("standard")
    now, today = timezone.now(), timezone.localdate()
    person: User = fields.pop("started_by", None) or UserFactory()
    values: dict[str, Any] = {}
    if state not in (_S.CONSIDERED, _S.NOT_ADOPTED):
        values |= {
            "decision_reference": "Vorlage 2026/117",
            "decided_on": today,
            "signatory_name": "Dr. Ada Beispiel",
            "signatory_function": "Bürgermeisterin",
        }
    if state in (_S.NOT_ADOPTED, _S.LAPSED):
        values |= {"reason_kind": Adoption.ReasonKind.NO_STAFF, "reason": "Zwei Stellen sind nicht besetzt."}
    if state == _S.VERIFIED:
        values |= {"verified_on": today, "verified_note": "Die Frist wurde in 19 von 20 Fällen eingehalten."}
    with scope.enter(scope.municipality(municipality)):
        made: Adoption = Adoption.objects.create(version=version, state_since=now, started_by=person)
        _step(made, "", _S.CONSIDERED, person)
        for name, value in {**values, **fields}.items():
            setattr(made, name, value)
        before: str = _S.CONSIDERED
        for after in _WAYS[state]:
            made.state = after
            made.save()
            _step(made, before, after, person)
            before = after
        if not _WAYS[state]:
            made.save()
        return made


def _step(made: Adoption, before: str, after: str, person: User) -> None:
    AdoptionChange.objects.create(adoption=made, from_state=before, to_state=after, actor=person)


def measure(municipality: Municipality, **fields: Any) -> Measure:
    """A measure of the municipality with the next number; `fields` as of the model."""
    values: dict[str, Any] = {"title": "Frist in die Dienstanweisung aufnehmen", **fields}
    if values.get("state") == MeasureState.DONE:
        values.setdefault("done_on", timezone.localdate())
    if values.get("state") in (MeasureState.DROPPED, MeasureState.WAITING):
        values.setdefault("reason", "Die Stelle ist nicht besetzt.")
    if values.get("baseline") is not None:
        values.setdefault("baseline_on", timezone.localdate())
    if values.get("baseline") is not None or values.get("target") is not None:
        values.setdefault("indicator", "Tage bis zur Antwort")
    with scope.enter(scope.municipality(municipality)):
        last = Measure.objects.aggregate(last=Max("number"))["last"] or 0
        values.setdefault("number", last + 1)
        row: Measure = Measure.objects.create(**values)
        return row


def commitment(municipality: Municipality, state: str = "in_force", **fields: Any) -> SelfCommitment:
    """A self-commitment of the municipality as an employer, in `state`."""
    today = timezone.localdate()
    values: dict[str, Any] = {"title": "Selbstverpflichtung als Arbeitgeberin", "text": "Wir wählen Personal aus."}
    if state != SelfCommitment.State.DRAFT:
        values |= {
            "decided_by": SelfCommitment.DecidedBy.COUNCIL,
            "reference": "Vorlage 2026/120",
            "decided_on": today,
            "valid_from": today,
            "signatory_name": "Dr. Ada Beispiel",
            "signatory_function": "Bürgermeisterin",
        }
    if state == SelfCommitment.State.ENDED:
        values |= {"ended_on": today, "ended_because": "Durch einen neuen Beschluss ersetzt."}
    with scope.enter(scope.municipality(municipality)):
        row: SelfCommitment = SelfCommitment.objects.create(state=state, **{**values, **fields})
        return row


def next_standard(version: RecommendationVersion, staff: User | None = None) -> RecommendationVersion:
    """The version after `version`, which has become the standard: `version` is superseded. Not within a scope."""
    by: Any = staff or UserFactory(staff=True)
    with scope.enter(scope.programme()):
        newer = start_version(actor=by, recommendation_id=version.recommendation_id)
        made: Round | None = None
        for step, _reached in _PATH:
            if step == "open_round":
                made = open_round(newer, by)
            elif step == "close_round":
                assert made is not None
                answer(made, by)
            else:
                if step != "begin":  # the team is there already
                    _prepare(step, newer, by)
                advance(actor=by, version_id=newer.pk, transition=step)
            newer.refresh_from_db()
        return newer
