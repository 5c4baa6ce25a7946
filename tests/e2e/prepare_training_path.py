"""The people on the way of a training, its module, and a session whose only seat is taken; JSON as output.

A program of its own, started by training_site.py in the database that prepare.py has laid out.
"""

import json
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.utils import timezone  # noqa: E402

from apps.accounts.actions import create_person  # noqa: E402
from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind, User  # noqa: E402
from apps.core import scope  # noqa: E402
from apps.files.checks import check  # noqa: E402
from apps.municipalities.models import Municipality, Role  # noqa: E402
from apps.training.actions import gates, places, sessions, trainers  # noqa: E402
from apps.training.actions.importing import import_entries  # noqa: E402
from apps.training.actions.sessions import PlannedDate  # noqa: E402
from apps.training.actions.starting import next_number  # noqa: E402
from apps.training.library import read_content  # noqa: E402
from apps.training.models import (  # noqa: E402
    GateDocument,
    Module,
    Session,
    TrainerQualification,
    TrainingOpening,
)
from tests.e2e.prepare import session_of  # noqa: E402
from tests.factories import member  # noqa: E402
from tests.files import samples  # noqa: E402

TOWN, STAFF, COORDINATOR = "lindenfurt", "miriam.osei-lindner@projektteam.example", "amina.reuter@lindenfurt.example"
KEY = "eingang-bis-antwort"
QUESTIONS: list[dict[str, Any]] = [
    {
        "key": "frist",
        "type": "single",
        "prompt": "Bis wann bekommt eine Beschwerde eine Antwort?",
        "points": 1,
        "options": [
            {"key": "a", "text": "Sobald jemand Zeit hat", "feedback": "Dann kommt sie oft nie."},
            {"key": "b", "text": "Bis zur zugesagten Frist", "correct": True, "feedback": "Und sie wird zugesagt."},
        ],
    },
    {
        "key": "folge",
        "type": "ordering",
        "prompt": "In welcher Reihenfolge?",
        "points": 1,
        "feedback": "Erst hören, dann prüfen, dann antworten.",
        "entries": [{"key": word.lower(), "text": word} for word in ("Zuhören", "Prüfen", "Antworten")],
    },
]
MODULE: dict[str, Any] = {
    "key": KEY,
    "dimension": 5,
    "title": "Vom Eingang bis zur Antwort",
    "title_en": "From the first letter to the answer",
    "summary": "Eine Beschwerde annehmen, prüfen und bis zur zugesagten Frist beantworten.",
    "summary_en": "Receiving a grievance, examining it and answering within the deadline that was promised.",
    "target_group": "Wer Beschwerden annimmt.",
    "minutes": 15,
    "valid_months": 24,
    "items": ["d5_01"],
    "delivery": ["self_paced", "on_site"],
    "objectives": ["Sie können eine Frist zusagen und halten."],
    "objectives_en": ["You can promise a deadline and keep it."],
    "units": [
        {"key": "ein-fall", "kind": "text", "title": "Ein Fall", "minutes": 5, "text": "Im Bürgeramt liegt ein Brief."},
        {"key": "pruefung", "kind": "quiz", "title": "Prüfung", "minutes": 5, "pass_mark": 60, "questions": QUESTIONS},
    ],
}


def main() -> None:
    town, staff = Municipality.objects.get(slug=TOWN), User.objects.get(email=STAFF)
    open_records(town)
    people = {
        "employee": person("Hülya", "Brandner"),
        "colleague": person("Piotr", "Wagenknecht"),
        "trainer": person("Adaeze", "Köhler"),
    }
    for name in ("employee", "colleague"):
        member(town, Role.EMPLOYEE, user=people[name])
    session = full_session(staff, people["trainer"])
    with scope.enter(scope.person(people["colleague"])):
        places.enrol(
            actor=people["colleague"], session_id=session.pk, municipality_id=town.pk, request_key=uuid4(), base_url=""
        )
    found = {
        "sessions": {name: session_of(who) for name, who in people.items()},
        "addresses": {name: who.email for name, who in people.items()},
        "training": str(session.pk),
    }
    json.dump(found, sys.stdout)


def open_records(town: Municipality) -> None:
    """The town's training records are open, and employees enrol without anybody's approval."""
    coordinator = User.objects.get(email=COORDINATOR)
    with scope.enter(scope.municipality(town)):
        for kind, document in (
            (GateDocument.Kind.DATA_PROTECTION, check("Vereinbarung.pdf", samples.pdf())),
            (GateDocument.Kind.NO_STAFF_COUNCIL, None),
        ):
            gates.store(
                actor=coordinator,
                kind=kind,
                document=document,
                signed_on=timezone.localdate(),
                stated_by_name="Amina Reuter",
            )
        gates.open_records(actor=coordinator, municipality_id=town.pk)
        gates.configure(
            actor=coordinator,
            municipality_id=town.pk,
            approval=TrainingOpening.Approval.NONE,
            names_visible=False,
        )


def person(first_name: str, last_name: str) -> User:
    """Somebody who reads English."""
    email = f"{first_name}.{last_name}@lernen.example".lower().translate(str.maketrans("üö", "uo"))
    return create_person(
        actor=None, email=email, first_name=first_name, last_name=last_name, language="en", email_is_verified=True
    )


def full_session(staff: User, trainer: User) -> Session:
    """A session of the module in two weeks, open to all, with one seat; its trainer is qualified."""
    role = ProgrammeRole.objects.create(user=trainer, role=ProgrammeRoleKind.TRAINER, function="Multiplikatorin")
    today, starts = timezone.localdate(), timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=14)
    with scope.enter(scope.programme()):
        import_entries(actor=staff, entries=[read_content({**MODULE, "number": next_number()}, f"{KEY}.toml")])
        module = Module.objects.get(key=KEY)
        trainers.qualify(
            actor=staff,
            role=role,
            module=module,
            level=TrainerQualification.Level.LEAD,
            qualification="Ausbildung des Projekts",
            since=today,
            valid_until=today + timedelta(days=700),
        )
        room = {"name": "Ratssaal", "address": "Markt 1, 12345 Lindenfurt", "seats": 20, "step_free": True}
        planned = sessions.plan(
            actor=staff,
            host=None,
            values={
                "module": module,
                "mode": Session.Mode.ON_SITE,
                "opens_to": Session.OpensTo.ALL,
                "capacity": 1,
                "enrol_until": starts - timedelta(days=2),
                "cancel_until": starts - timedelta(days=3),
            },
            dates=[
                PlannedDate(
                    starts_at=starts,
                    ends_at=starts + timedelta(hours=2),
                    room_id=sessions.save_room(actor=staff, host=None, values=room).pk,
                )
            ],
            trainers={role.pk: True},
        )
        return sessions.open_for_enrolment(actor=staff, session_id=planned.pk)


if __name__ == "__main__":
    main()
