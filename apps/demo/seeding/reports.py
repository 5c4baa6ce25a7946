"""One report, ordered as a person would; the worker makes it."""

from uuid import UUID

from apps.accounts.models import User
from apps.assessments.models import Assessment, Wave
from apps.core import scope
from apps.demo.content.municipalities import COORDINATOR, MUNICIPALITIES, address_of
from apps.municipalities.models import Municipality
from apps.reports.actions import request_report
from apps.reports.models import ReportJob

#: The same order each time: a second one is the first one again.
KEY = UUID("01990000-0000-7000-8000-00000000d31f")


def seed_reports(waves: dict[str, Wave], municipalities: dict[str, Municipality]) -> None:
    """Order a report on the first wave where one is wanted and none has ever been ordered."""
    for place in MUNICIPALITIES:
        if not place.report:
            continue
        coordinator = next(person for person in place.people if person.role == COORDINATOR)
        with scope.enter(scope.municipality(municipalities[place.slug])):
            if not ReportJob.objects.exists():
                request_report(
                    actor=User.objects.get(email=address_of(coordinator)),
                    kind="assessment",
                    subject=Assessment.objects.select_related("wave", "municipality").get(wave=waves["T0"]),
                    key=KEY,
                )
