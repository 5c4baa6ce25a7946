"""Filling an empty database with the demo programme. Each step looks first whether its rows are there."""

from collections.abc import Callable

from django.utils import translation

from apps.demo.seeding.assessments import seed_assessments
from apps.demo.seeding.commitments import seed_commitments
from apps.demo.seeding.delegations import seed_delegations
from apps.demo.seeding.panel import seed_panel, seed_panel_rules
from apps.demo.seeding.people import seed_municipalities, seed_people, seed_project_staff
from apps.demo.seeding.programme import seed_instruments, seed_waves
from apps.demo.seeding.recommendations import seed_recommendations
from apps.demo.seeding.reports import seed_reports
from apps.demo.seeding.routines import seed_routines
from apps.demo.seeding.territories import seed_territories
from apps.demo.seeding.together import seed_together
from apps.demo.seeding.training import seed_training
from apps.demo.seeding.workshop import seed_workshop

#: Whoever wants to see the sign-in page at work signs in with this; the demo's page needs no password.
PASSWORD = "gemeinsam fuer alle"  # noqa: S105  # printed for everybody, in the demo only


def seed(say: Callable[[str], None]) -> None:
    """Seed what is missing; a second time nothing changes. `say` is told of each step."""
    with translation.override("de"):
        territories = seed_territories()
        staff = seed_project_staff(PASSWORD)
        municipalities = seed_municipalities(staff, territories)
        seed_people(staff, municipalities, PASSWORD)
        waves = seed_waves(staff, seed_instruments(staff), municipalities)
        answered = seed_assessments(waves, municipalities)
        seed_delegations(waves, municipalities)
        seed_together(staff, waves, municipalities)
        seed_routines(staff, municipalities)
        members = seed_workshop(staff, PASSWORD)
        seed_panel_rules(staff)
        seed_recommendations(staff, members, municipalities)
        seed_panel(staff, members)
        seed_commitments(municipalities)
        seed_training(staff, members, municipalities, PASSWORD)
        seed_reports(waves, municipalities)
    say(f"{len(municipalities)} municipalities, {len(waves)} waves, {answered} assessments answered now")
