"""What adoptions, measures and pilots ask of somebody in a municipality. Runs in the municipality's scope."""

from dataclasses import dataclass, field

from django.utils import timezone

from apps.commitments.models import Pilot
from apps.commitments.policies import may_read
from apps.commitments.policies_measures import may_manage
from apps.commitments.queries_adoption import Confirmation, to_confirm
from apps.commitments.queries_measures import Overview, overview
from apps.commitments.queries_pilots import pilots
from apps.municipalities.requests import MunicipalityRequest


@dataclass(frozen=True)
class Commitments:
    """Figures of the measures, new versions to confirm, pilots that wait for the coordination.

    reads: whether the person reads the whole plan; otherwise only the own measures count.
    """

    measures: Overview = field(default_factory=Overview)
    to_confirm: list[Confirmation] = field(default_factory=list)
    pilots: list[Pilot] = field(default_factory=list)
    reads: bool = False

    @property
    def is_calm(self) -> bool:
        """Nothing is to be done now."""
        return not (self.to_confirm or self.pilots or self.measures.mine_overdue)

    @property
    def is_empty(self) -> bool:
        """There is nothing to show at all."""
        return self.is_calm and not (self.measures.mine or (self.reads and self.measures.total))


def commitments_of(request: MunicipalityRequest) -> Commitments:
    """The part of the home page on commitments; at most five queries."""
    coordinates = may_manage(request.roles)
    waiting = (Pilot.State.PLANNED, Pilot.State.RUNNING)
    return Commitments(
        measures=overview(today=timezone.localdate(), user_id=request.user.pk),
        to_confirm=to_confirm() if coordinates else [],
        pilots=list(pilots().filter(state__in=waiting)) if coordinates else [],
        reads=may_read(request.roles),
    )
