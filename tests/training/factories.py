"""Training for tests: trainers, modules with their texts, sessions with dates, municipalities whose gate is open."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind, User
from apps.core import scope
from apps.core.keys import uuid7
from apps.files.models import StoredFile
from apps.municipalities.models import Municipality
from apps.training.models import (
    GateDocument,
    Module,
    ModuleEdition,
    ModuleVersion,
    Session,
    SessionDate,
    SessionTrainer,
    TrainingOpening,
    Unit,
)
from tests.factories import UserFactory

QUIZ: dict[str, Any] = {
    "text": "Was würden Sie tun?",
    "pass_mark": 50,
    "attempts": 0,
    "questions": [
        {
            "key": "q1",
            "type": "single",
            "prompt": "Wer darf sich bei der Stelle nach § 13 AGG beschweren?",
            "points": 1,
            "options": [
                {"key": "a", "text": "Beschäftigte", "correct": True, "feedback": "Ja, für sie gilt das AGG."},
                {"key": "b", "text": "Bürger*innen", "correct": False, "feedback": "Nein, für sie gilt Art. 3 GG."},
            ],
        },
        {
            "key": "q2",
            "type": "ordering",
            "prompt": "In welcher Reihenfolge?",
            "points": 1,
            "feedback": "Erst hören, dann prüfen.",
            "entries": [
                {"key": "a", "text": "Zuhören"},
                {"key": "b", "text": "Prüfen"},
                {"key": "c", "text": "Antworten"},
            ],
        },
    ],
}
SCENARIO: dict[str, Any] = {
    "text": "",
    "start": "a",
    "nodes": [
        {
            "key": "a",
            "text": "Eine Kollegin kommt zu Ihnen.",
            "ending": "",
            "choices": [
                {"key": "hoeren", "text": "Zuhören", "feedback": "Das hilft.", "to": "b"},
                {"key": "gehen", "text": "Vertagen", "feedback": "Das kostet Vertrauen.", "to": "c"},
            ],
        },
        {"key": "b", "text": "Sie erzählt.", "ending": "good", "choices": []},
        {"key": "c", "text": "Sie kommt nicht wieder.", "ending": "poor", "choices": []},
    ],
}
UNITS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("ankommen", "text", {"text": "Ein Fall aus dem **Bürgeramt**.\n\n- Erstens\n- Zweitens"}),
    ("gespraech", "scenario", SCENARIO),
    ("eigener-brief", "reflection", {"task": "Nehmen Sie einen eigenen Brief.", "hint": "Was versteht man zuerst?"}),
    ("arbeitsblatt", "download", {"filename": "arbeitsblatt.pdf", "text": "### Prüffragen\n\n- Wer liest das?"}),
    ("pruefung", "quiz", QUIZ),
)


def trainer(user: User | None = None, **fields: Any) -> ProgrammeRole:
    """A trainer of the programme."""
    values = {"function": "Multiplikator*in", **fields}
    return ProgrammeRole.objects.create(user=user or UserFactory(), role=ProgrammeRoleKind.TRAINER, **values)


def module(
    title: str = "Beschwerde führen",
    *,
    units: Iterable[tuple[str, str, dict[str, Any]]] = UNITS,
    edition: dict[str, Any] | None = None,
    **fields: Any,
) -> ModuleEdition:
    """A new module: version 1 as an idea, with an open text; returns the text."""
    last = Module.objects.order_by("-number").values_list("number", flat=True).first() or 0
    made = Module.objects.create(**{"number": last + 1, "key": f"modul-{uuid4().hex[:8]}", "dimension": 5, **fields})
    version = ModuleVersion.objects.create(module=made, number=1, state_since=timezone.now())
    text = ModuleEdition.objects.create(
        version=version,
        number=1,
        **{
            "title": title,
            "summary": "Vom ersten Gespräch bis zum Ergebnis.",
            "target_group": "Beschwerdestellen",
            "minutes": 30,
            "objectives": ["Sie können ein erstes Gespräch führen."],
            "items": ["d5_01", "d5_03"],
            "delivery": ["self_paced", "on_site"],
            **(edition or {}),
        },
    )
    Unit.objects.bulk_create(
        Unit(edition=text, key=key, kind=kind, title=key.capitalize(), minutes=5, position=place, content=content)
        for place, (key, kind, content) in enumerate(units)
    )
    return text


def offered(title: str = "Beschwerde führen", **fields: Any) -> Module:
    """A module that people find in the catalogue: its first text, offered as a draft of the project."""
    text = module(title, **fields)
    text.frozen_at = timezone.now()
    text.save()
    made = text.version.module
    ModuleVersion.objects.filter(pk=text.version_id).update(state="draft", shared_as_draft_at=timezone.now())
    made.offered = text
    made.save()
    return made


def empowerment(title: str = "Empowerment", **fields: Any) -> Module:
    """An empowerment module: on site, without units for learners."""
    return offered(title, units=(), is_empowerment=True, edition={"delivery": ["on_site"]}, **fields)


def opened(municipality: Municipality, **fields: Any) -> Municipality:
    """The same municipality, with the documents before training records stored and its records open."""
    if TrainingOpening.objects.filter(of=municipality).exists():
        return municipality
    with scope.enter(scope.municipality(municipality)):
        actor = UserFactory()
        paper = StoredFile.objects.create(
            name="Vereinbarung.pdf",
            media_type="application/pdf",
            size=1,
            sha256="0" * 64,
            file=f"uploads/{municipality.pk}/{uuid7()}",
            uploaded_by=actor,
        )
        for kind, document in (("data_protection", paper), ("no_staff_council", None)):
            GateDocument.objects.create(
                kind=kind,
                document=document,
                signed_on=timezone.localdate(),
                stated_by_name="Kim Beispiel",
                noted_by=actor,
            )
        TrainingOpening.objects.create(of=municipality, opened_at=timezone.now(), **fields)
    return municipality


def session(
    of: Module | None = None,
    *,
    host: Municipality | None = None,
    starts: datetime | None = None,
    hours: int = 3,
    days: int = 1,
    led_by: Iterable[ProgrammeRole] = (),
    **fields: Any,
) -> Session:
    """An open session two weeks from now, of one date or several; open to all without `host`, else to that one."""
    of = of or offered()
    starts = starts or timezone.now().replace(microsecond=0) + timedelta(days=14)
    values: dict[str, Any] = {
        "opens_to": Session.OpensTo.ONE if host else Session.OpensTo.ALL,
        "mode": Session.Mode.ON_SITE,
        "capacity": 10,
        "enrol_until": starts - timedelta(days=2),
        "cancel_until": starts - timedelta(days=1),
        "created_by": None,
        **fields,
    }
    state = values.pop("state", Session.State.OPEN)
    values["created_by"] = values["created_by"] or UserFactory(staff=True)
    made = Session.objects.create(module=of, edition=of.offered, host=host, confidential=of.is_empowerment, **values)
    SessionDate.objects.bulk_create(
        SessionDate(
            session=made,
            starts_at=starts + timedelta(days=7 * number),
            ends_at=starts + timedelta(days=7 * number, hours=hours),
        )
        for number in range(days)
    )
    SessionTrainer.objects.bulk_create(
        SessionTrainer(session=made, role=role, is_lead=number == 0) for number, role in enumerate(led_by)
    )
    made.refresh_from_db()
    made.state = state
    if state == Session.State.CANCELLED:
        made.cancelled_because = "Zu wenige Anmeldungen."
    made.save()
    return made


def seats_as_counted(about: Session, *, confidential: bool = False) -> tuple[int, int]:
    """(taken, waiting) as the rows say it, whoever may read them: for comparing with the session's own counters."""
    from apps.training.models import ConfidentialPlace, Enrolment
    from apps.training.places import HOLDING

    model = ConfidentialPlace if confidential else Enrolment
    with scope.enter(scope.allocation() if confidential else scope.programme()):
        rows = model.objects.filter(session=about)
        return rows.filter(state__in=sorted(HOLDING)).count(), rows.filter(Q(state="waiting")).count()
