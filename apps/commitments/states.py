"""The states of an adoption and of a measure, each as one table. Pure."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AdoptionState(models.TextChoices):
    """How far a municipality has got with a version of a recommendation (domain.md, Adoption)."""

    CONSIDERED = "considered", _("being considered")
    ADOPTED = "adopted", _("adopted")
    PLANNED = "planned", _("planned")
    IN_PROGRESS = "in_progress", _("in progress")
    IMPLEMENTED = "implemented", _("implemented")
    VERIFIED = "verified", _("effect verified")
    NOT_ADOPTED = "not_adopted", _("not adopted")
    LAPSED = "lapsed", _("lapsed")


_A = AdoptionState
#: Every step there is.
ADOPTION_STEPS: frozenset[tuple[str, str]] = frozenset(
    {
        (_A.CONSIDERED, _A.ADOPTED),
        (_A.CONSIDERED, _A.NOT_ADOPTED),
        (_A.NOT_ADOPTED, _A.CONSIDERED),
        (_A.ADOPTED, _A.PLANNED),
        (_A.PLANNED, _A.IN_PROGRESS),
        (_A.IN_PROGRESS, _A.IMPLEMENTED),
        (_A.IMPLEMENTED, _A.IN_PROGRESS),
        (_A.IMPLEMENTED, _A.VERIFIED),
        (_A.VERIFIED, _A.IN_PROGRESS),
        *((state, _A.LAPSED) for state in (_A.CONSIDERED, _A.ADOPTED, _A.PLANNED, _A.IN_PROGRESS, _A.IMPLEMENTED)),
    }
)
#: States that rest on a decision: with reference, date and signatory.
DECIDED = frozenset({_A.ADOPTED, _A.PLANNED, _A.IN_PROGRESS, _A.IMPLEMENTED, _A.VERIFIED})
#: States in which nothing is owed any more.
ENDED = frozenset({_A.NOT_ADOPTED, _A.LAPSED})
#: States that owe a reason.
WITH_REASON = frozenset({_A.NOT_ADOPTED, _A.LAPSED})


class MeasureState(models.TextChoices):
    """Where a measure stands; the columns of the board."""

    PLANNED = "planned", _("planned")
    IN_PROGRESS = "in_progress", _("in progress")
    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    DROPPED = "dropped", _("given up")


_M = MeasureState
MEASURE_OPEN = frozenset({_M.PLANNED, _M.IN_PROGRESS, _M.WAITING})
MEASURE_STEPS: frozenset[tuple[str, str]] = frozenset(
    {
        *((source, target) for source in MEASURE_OPEN for target in MeasureState if source != target),
        (_M.DONE, _M.IN_PROGRESS),
        (_M.DROPPED, _M.PLANNED),
    }
)
