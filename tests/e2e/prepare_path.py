"""The people on the way of a recommendation, and a municipality's next wave, handed in for signature; JSON as output.

A program of its own, started by test_recommendation_path.py in the database that prepare.py has laid out.
"""

import json
import sys
from datetime import date, timedelta

import django

django.setup()

from apps.accounts.actions import create_person  # noqa: E402
from apps.accounts.models import Bench, ProgrammeRole, ProgrammeRoleKind, User  # noqa: E402
from apps.assessments import queries  # noqa: E402
from apps.assessments.models import Assessment, Wave  # noqa: E402
from apps.assessments.queries_needs import OpenNeed, open_needs  # noqa: E402
from apps.core import scope  # noqa: E402
from apps.municipalities.models import Municipality  # noqa: E402
from tests.assessments import factories  # noqa: E402
from tests.e2e.prepare import session_of  # noqa: E402

BENCH, PANEL = ProgrammeRoleKind.BENCH_MEMBER, ProgrammeRoleKind.PANEL_MEMBER
#: By the name the test calls them: first and last name, role, bench, function.
PEOPLE = {
    "lead": ("Wiebke", "Thomsen", BENCH, Bench.ADMINISTRATION, "Leiterin eines Bürgeramts"),
    "writer": ("Selin", "Arslan", BENCH, Bench.CIVIL_SOCIETY, "Antidiskriminierungsberaterin"),
    "scientist": ("Jonas", "Weidlich", BENCH, Bench.SCIENCE, "Verwaltungswissenschaftler"),
    "office": ("Dirk", "Hollmann", BENCH, Bench.ADMINISTRATION, "Beschwerdemanager"),
    "association": ("Ngozi", "Eze", BENCH, Bench.CIVIL_SOCIETY, "Vorständin eines Vereins"),
    "institute": ("Katharina", "Brückner", BENCH, Bench.SCIENCE, "Rechtssoziologin"),
    "conflicted": ("Hanna", "Lindqvist", PANEL, "", "Organisationsberaterin"),
    "jurist": ("Ulrike", "Sander", PANEL, "", "Verwaltungsjuristin"),
    "practitioner": ("Tarek", "Mansour", PANEL, "", "Integrationsbeauftragter"),
}
DEMO = {
    "staff": "miriam.osei-lindner@projektteam.example",
    "coordinator": "julia.adeyemi@ostermuenster.example",
    "neighbour": "kwame.brenneis@landkreis-weisserlen.example",
    "signatory": "bernd.kastner@ostermuenster.example",
}
TOWN, DIMENSION, BEFORE = "ostermuenster", 5, 1
NEXT_WAVE, AFTER = "T2", "3"


def main() -> None:
    people = {name: _person(*facts) for name, facts in PEOPLE.items()}
    people |= {name: User.objects.get(email=email) for name, email in DEMO.items()}
    town = Municipality.objects.get(slug=TOWN)
    with scope.enter(scope.municipality(town)):
        need = next(need for need in open_needs() if need.dimension == DIMENSION and need.level == BEFORE)
        first = Assessment.objects.select_related("wave").get(wave__label="T0", wave__topic="")
        number = queries.questionnaire_of(first).form.items[need.item].number
    _hand_in_the_next_wave(town, first.wave, need, people["staff"])
    found = {
        "sessions": {name: session_of(person) for name, person in people.items()},
        "item": str(number),
        "need": str(need.need_id),
        "wave": first.wave.label,
    }
    json.dump(found, sys.stdout)


def _person(first_name: str, last_name: str, role: str, bench: str, function: str) -> User:
    email = f"{first_name}.{last_name}@baenke.example".lower().replace("ü", "ue")
    person = create_person(actor=None, email=email, first_name=first_name, last_name=last_name, email_is_verified=True)
    ProgrammeRole.objects.create(user=person, role=role, bench=bench, function=function)
    return person


def _hand_in_the_next_wave(town: Municipality, before: Wave, need: OpenNeed, staff: User) -> None:
    """Everything is answered with 2, what the recommendation is about with a higher level than before."""
    wave = factories.wave(
        NEXT_WAVE,
        actor=staff,
        instrument_version=before.instrument_version,
        profile=before.profile,
        opens_on=date.today(),
        closes_on=date.today() + timedelta(days=60),
    )
    factories.in_review(town, wave, answers={**factories.full_answers(["2"]), need.item: AFTER})


if __name__ == "__main__":
    main()
