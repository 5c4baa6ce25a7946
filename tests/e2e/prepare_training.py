"""What the pages of training need for a visit: objects found in the demo, and a few more.

Part of prepare.py, which has set Django up before it imports this.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.accounts.models import ProgrammeRole, User
from apps.core import scope
from apps.core.keys import uuid7
from apps.files.checks import check
from apps.municipalities.models import Municipality
from apps.training import check_in, queries_certificates
from apps.training.actions import calendar, certificates, gates, packages
from apps.training.models import (
    Approver,
    Certificate,
    Enrolment,
    GateDocument,
    MandatoryTraining,
    Module,
    ModuleAuthor,
    ModuleFile,
    ModuleVersion,
    Overlay,
    Package,
    Room,
    Session,
    TrainerQualification,
    Unit,
)
from tests.e2e.prepare_workshop import LONG_WORDS
from tests.files import samples
from tests.training import factories
from tests.training.module_factories import module_file

Objects = Mapping[str, Mapping[str, Any]]
BASICS, DISCRETION, SELECTION, COMPLAINT, LEADING, EMPOWERMENT = range(1, 7)
#: trainer gives sessions and writes, overdue gives the empowerment session, approver has somebody's enrolment waiting,
#: waiting is in a waiting list, unopened belongs where training records are closed.
ACTORS = {
    "trainer": "noura.feldhaus@multiplikation.example",
    "overdue": "milica.ostrowski@multiplikation.example",
    "approver": "carolin.zielinski@brueckmuende.example",
    "waiting": "arjun.mehta@ostermuenster.example",
    "unopened": "grit.sasse@landkreis-moorwald.example",
}
#: No narrow screen has room for its second word.
_LONG_NAME = "Landkreis Moorwaldhochflächenrandniederungsgemeinschaft"
_VERIFY = "https://demo.kommunen.example/verify/"


def training_objects(staff: User) -> Objects:
    """By the names that visits.py uses."""
    lindenfurt = Municipality.objects.get(slug="lindenfurt")
    sessions = {session.module.number: session for session in Session.objects.select_related("module")}
    sessions[BASICS] = Session.objects.get(module__number=BASICS, state="open")
    Municipality.objects.filter(slug="landkreis-moorwald").update(name=_LONG_NAME)
    return {
        **_modules(staff),
        **_sessions(sessions, lindenfurt),
        **_places(sessions, lindenfurt),
        **_municipality(lindenfurt, sessions),
        **_certificates(staff),
    }


# --- Modules ----------------------------------------------------------------------------------------------------------


def _modules(staff: User) -> Objects:
    edition = factories.module(f"Am Schalter zuhören. {LONG_WORDS}", key="am-schalter", dimension=5)
    made = edition.version.module
    trainer = User.objects.get(email=ACTORS["trainer"])
    author = ModuleAuthor.objects.create(module=made, user=trainer)
    files = {kind: module_file(made, kind, actor=staff) for kind in ("image", "video", "audio", "captions", "document")}
    _units_with_files(edition.pk, files)
    edition.frozen_at = timezone.now()
    edition.save()
    ModuleVersion.objects.filter(pk=edition.version_id).update(state="draft", shared_as_draft_at=timezone.now())
    made.offered = edition
    made.save()
    versions = dict(ModuleVersion.objects.values_list("module__number", "pk"))
    return {
        "modules": {
            "pk": edition.version_id,
            "number": BASICS,
            "name": "items",
            "audience": "learner",
            "key": "ankommen",
            "kind": "single",
            "part": "q1",
            "file_id": files["image"].pk,
            "author_id": author.pk,
        },
        **{f"unit-{kind}": {"unit_key": key} for kind, key in _KEYS.items()},
        **{f"write-{kind}": {"key": key} for kind, key in _KEYS.items()},
        "part": {"key": "pruefung"},
        "place": {"key": "gespraech", "part": "a"},
        "matching": {"key": "pruefung", "kind": "matching"},
        "ordering": {"key": "pruefung", "kind": "ordering"},
        "reflection": {"key": "pruefung", "kind": "reflection"},
        "sources": {"name": "sources"},
        "basics": {"name": "basics"},
        "legal": {"name": "legal_bases"},
        "for-trainers": {"audience": "trainer"},
        "idea": {"pk": versions[DISCRETION]},
        "module-piloting": {"pk": versions[COMPLAINT]},
        "module-standard": {"pk": versions[BASICS]},
        "training-file": {"pk": files["image"].pk},
    }


_KEYS = {
    "text": "ankommen",
    "scenario": "gespraech",
    "reflection": "eigener-brief",
    "download": "arbeitsblatt",
    "quiz": "pruefung",
    "image": "bild",
    "video": "film",
    "elsewhere": "film-anderswo",
    "audio": "ton",
}


def _units_with_files(edition_id: UUID, files: Mapping[str, ModuleFile]) -> None:
    said = "Frau A: Guten Tag.\n\nHerr B: Guten Tag, wie kann ich helfen?"
    contents: Iterable[tuple[str, str, dict[str, Any]]] = (
        (
            "bild",
            "image",
            {"file": str(files["image"].pk), "alt": "Ein Schalter mit zwei Stühlen.", "caption": "Platz"},
        ),
        (
            "film",
            "video",
            {"file": str(files["video"].pk), "captions": str(files["captions"].pk), "transcript": said},
        ),
        ("film-anderswo", "video", {"url": "https://video.example/1", "transcript": said}),
        ("ton", "audio", {"file": str(files["audio"].pk), "transcript": said}),
    )
    Unit.objects.bulk_create(
        Unit(
            edition_id=edition_id, key=key, kind=kind, title=key.capitalize(), minutes=3, position=20 + n, content=what
        )
        for n, (key, kind, what) in enumerate(contents)
    )


# --- Sessions and places ----------------------------------------------------------------------------------------------


def _sessions(sessions: Mapping[int, Session], lindenfurt: Municipality) -> Objects:
    trainer = ProgrammeRole.objects.get(user__email=ACTORS["trainer"])
    basics, began = Module.objects.get(number=BASICS), timezone.now() - timedelta(minutes=5)
    now_on = factories.session(basics, starts=began, hours=8, led_by=[trainer])
    here = factories.session(basics, host=lindenfurt, starts=began, hours=8, led_by=[trainer])
    for about in (now_on, here):
        _enrol(about, lindenfurt, ("Nguyen", "Demirci"))
    date = now_on.dates.get()
    own, shared = Room.objects.filter(host=lindenfurt, step_free=True).get(), Room.objects.get(host=None)
    planned = Session.objects.get(state="planned")
    held, cancelled = Session.objects.get(state="held"), Session.objects.get(state="cancelled")
    return {
        "sessions": {"session_id": sessions[DISCRETION].pk, "room_id": own.pk},
        "sessions-attendance": {"session_id": here.pk},
        "sessions-hold": {"session_id": here.pk},
        "planned-session": {"session_id": planned.pk},
        "programme": {"session_id": sessions[COMPLAINT].pk, "room_id": shared.pk},
        "programme-sessions-attendance": {"session_id": now_on.pk},
        "programme-sessions-hold": {"session_id": now_on.pk},
        "session-held": {"session_id": held.pk},
        "session-cancelled": {"session_id": cancelled.pk},
        "session-confidential": {"session_id": sessions[EMPOWERMENT].pk},
        "session-full": {"session_id": sessions[COMPLAINT].pk},
        "session-with-quota": {"session_id": sessions[DISCRETION].pk},
        "trainer": {"session_id": sessions[COMPLAINT].pk},
        "now-on": {"session_id": now_on.pk, "date_id": date.pk},
        "training-check-in-code": {"token": check_in.token_at(date, timezone.now())},
        "trainers": {
            "role_id": trainer.pk,
            "qualification_id": TrainerQualification.objects.filter(role=trainer)[0].pk,
        },
        "overdue-trainer": {"role_id": ProgrammeRole.objects.get(user__email=ACTORS["overdue"]).pk},
    }


def _enrol(about: Session, of: Municipality, names: tuple[str, ...]) -> None:
    """Places as they were taken before the session began."""
    with scope.enter(scope.programme()):
        for name in names:
            now = timezone.now()
            Enrolment(
                municipality_id=of.pk,
                session=about,
                user=User.objects.get(last_name=name),
                state="enrolled",
                state_since=now,
                entered_at=now,
                request_key=uuid7(),
            ).save(force_insert=True)


def _places(sessions: Mapping[int, Session], lindenfurt: Municipality) -> Objects:
    full = sessions[COMPLAINT]
    with scope.enter(scope.programme()):
        nguyen, lea = (Enrolment.objects.get(session=full, user__last_name=name) for name in ("Nguyen", "Sommerfeld"))
        asked = Enrolment.objects.get(state="requested")
    with scope.enter(scope.municipality(Municipality.objects.get(slug="brueckmuende"))):
        approver = Approver.objects.get()
    person = User.objects.get(last_name="Sommerfeld")
    with scope.enter(scope.person(person)):
        token = calendar.create_address(actor=person)
    return {
        "session": {"session_id": full.pk, "place_id": nguyen.pk},
        "trainings": {"session": sessions[BASICS].pk},
        "of-full": {"session": full.pk},
        "of-confidential": {"session": sessions[EMPOWERMENT].pk},
        "of-cancelled": {"session": Session.objects.get(state="cancelled").pk},
        "my": {"place": lea.pk},
        "trainings-calendar-feed": {"token": token},
        "asked-for": {"slug": "brueckmuende", "place_id": asked.pk},
        "training-approver-remove": {"slug": "brueckmuende", "approver_id": approver.pk},
        "at-brueckmuende": {"slug": "brueckmuende"},
        "at-moorwald": {"slug": "landkreis-moorwald"},
    }


# --- A municipality ---------------------------------------------------------------------------------------------------


def _municipality(lindenfurt: Municipality, sessions: Mapping[int, Session]) -> Objects:
    coordinator = User.objects.get(email="amina.reuter@lindenfurt.example")
    with scope.enter(scope.municipality(lindenfurt)):
        gates.store(
            actor=coordinator,
            kind=GateDocument.Kind.NAMES,
            document=check("Namen.pdf", samples.pdf()),
            signed_on=timezone.localdate(),
            stated_by_name="Henrike Vollmann",
        )
        gates.configure(actor=coordinator, municipality_id=lindenfurt.pk, approval="none", names_visible=True)
        document = GateDocument.objects.get(kind="names")
        required = MandatoryTraining.objects.get()
        changed = Overlay.objects.get(unit_key="drei-fragen")
        package = Package.objects.get()
    packages.make_package(scope=scope.municipality(lindenfurt), package_id=str(package.pk))
    return {
        "training": {
            "session_id": sessions[BASICS].pk,
            "key": "grundlagen",
            "number": BASICS,
            "document_id": document.pk,
            "training_id": required.pk,
        },
        "overlays": {"key": "grundlagen", "overlay_id": changed.pk},
        "without-overlay": {"key": "auswahlgespraech"},
        "packages": {"key": "grundlagen", "package_id": package.pk},
        "learning": {"key": "am-schalter", "unit_key": "ankommen"},
        "learned": {"key": "ermessen-sprache-vorlagen"},
        "learned-at-moorwald": {"slug": "landkreis-moorwald"},
        "empowerment": {"key": "empowerment", "number": EMPOWERMENT},
        "piloted-module": {"key": "beschwerde-fuehren", "number": COMPLAINT},
    }


# --- Certificates -----------------------------------------------------------------------------------------------------


def _certificates(staff: User) -> Objects:
    """Two certificates of the session that was held: one counts, one was revoked."""
    genuine, other = (_certificate(User.objects.get(last_name=name)) for name in ("Sommerfeld", "Nguyen"))
    with scope.enter(scope.programme()):
        certificates.revoke(actor=staff, number=other.number)
    return {
        "training-certificate-pdf": {"certificate_id": genuine.pk},
        "training-verify-number": {"number": genuine.number},
        "revoked-certificate": {"number": other.number},
    }


def _certificate(person: User) -> Certificate:
    with scope.enter(scope.person(person)):
        source = next(row.source for row in queries_certificates.certifiable(person) if row.title)
        return certificates.issue(actor=person, source=source, neutral=False, verify_url=_VERIFY)
