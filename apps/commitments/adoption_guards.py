"""What must be true before an adoption takes a step: sentences that say what is missing."""

from django.utils.translation import gettext as _

from apps.commitments.adoption_steps import Step
from apps.commitments.models import Adoption, Measure
from apps.commitments.queries_adoption import is_replaced
from apps.commitments.states import MEASURE_OPEN, AdoptionState, MeasureState
from apps.reviews.lifecycle import ADOPTABLE, State

_NAMED = 5


def obstacles(row: Adoption, step: Step) -> list[str]:
    """What stands in the way of `step`; empty where nothing does. The state is not looked at."""
    found = []
    if step.target != AdoptionState.LAPSED and is_replaced(row):
        found.append(_("A newer version has taken its place in your municipality."))
    if step.target == AdoptionState.ADOPTED:
        found.append(_not_adoptable(row))
    elif step.target == AdoptionState.PLANNED:
        found.append(_not_planned(row))
    elif step.target == AdoptionState.IMPLEMENTED:
        found.append(_not_done(row))
    return [problem for problem in found if problem]


def _not_adoptable(row: Adoption) -> str:
    state = row.version.state
    if state in ADOPTABLE:
        return ""
    if state == State.SUPERSEDED:
        return _("A newer version is the standard now: please consider that one.")
    if state == State.WITHDRAWN:
        return _("The recommendation has been withdrawn.")
    return _("It is still a draft: it can be adopted once the panel has released it for piloting.")


def _not_planned(row: Adoption) -> str:
    planned = Measure.objects.filter(adoption=row).exclude(state=MeasureState.DROPPED).exists()
    return "" if planned else _("There is no measure yet that puts it into practice.")


def _not_done(row: Adoption) -> str:
    measures = list(Measure.objects.filter(adoption=row).order_by("number"))
    still = [str(measure) for measure in measures if measure.state in MEASURE_OPEN]
    if still:
        more = _("and %(number)s more") % {"number": len(still) - _NAMED} if len(still) > _NAMED else ""
        names = ", ".join([*still[:_NAMED], *([more] if more else [])])
        return _("These measures are neither done nor given up: %(measures)s.") % {"measures": names}
    if not any(measure.state == MeasureState.DONE for measure in measures):
        return _("No measure has been done.")
    return ""
