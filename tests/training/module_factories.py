"""Modules for the tests of authoring: authors, files, and versions in any state of their life.

`version_in` takes the steps of the lifecycle through `advance`, with the facts each guard wants made beside it.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.accounts.models import User
from apps.commitments.models import Pilot
from apps.core import scope
from apps.core.keys import uuid7
from apps.municipalities.models import Municipality
from apps.reviews.models import Review
from apps.training.actions.files import store_file
from apps.training.actions.lifecycle import advance
from apps.training.files_checks import check
from apps.training.guards import KIND
from apps.training.models import Module, ModuleAuthor, ModuleFile, ModuleVersion
from tests.factories import MunicipalityFactory, UserFactory
from tests.files import samples
from tests.training import factories

WEBVTT = (
    "WEBVTT\n\nNOTE von Hand\n\n1\n00:00.000 --> 00:04.000\nGuten Tag.\n\n00:04.000 --> 01:00:05.500 line:0\nBitte.\n"
)
CONTENTS: dict[str, tuple[str, bytes]] = {
    "video": ("film.mp4", b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 40),
    "audio": ("ton.mp3", b"ID3\x04" + bytes(200)),
    "captions": ("film.vtt", WEBVTT.encode()),
}


def upload(kind: str, name: str = "", content: bytes | None = None) -> "SimpleUploadedFile":
    """A file as a browser sends it, of a kind of module files."""
    if kind == "image":
        given = ("bild.png", samples.picture("PNG"))
    elif kind == "document":
        given = ("blatt.pdf", samples.pdf())
    else:
        given = CONTENTS[kind]
    return SimpleUploadedFile(name or given[0], given[1] if content is None else content)


def module_file(
    of: Module, kind: str = "image", *, for_trainers: bool = False, actor: User | None = None
) -> ModuleFile:
    """A stored file of a module."""
    return store_file(
        actor=actor or UserFactory(staff=True),
        module_id=of.pk,
        checked=check(kind, upload(kind)),
        for_trainers=for_trainers,
    )


def authors(of: Module) -> list[User]:
    """Two authors from two groups: one of the project team, one trainer."""
    people = [UserFactory(staff=True), factories.trainer().user]
    ModuleAuthor.objects.bulk_create(ModuleAuthor(module=of, user=user) for user in people)
    return people


def version(**fields: Any) -> ModuleVersion:
    """A new module's first version, an idea with a whole text."""
    found: ModuleVersion = factories.module(**fields).version
    return found


def decided_review(of: ModuleVersion, staff: User, *, stage: str = "initial", outcome: str = "accepted") -> Review:
    """A review the panel has decided, made without its members."""
    review = Review.objects.create(
        subject_kind=KIND,
        subject_id=of.pk,
        subject_title=str(of),
        stage=stage,
        deadline=timezone.localdate() + timedelta(days=14),
        quorum=50,
        majority="absolute",
        opened_by=staff,
    )
    review.state, review.outcome, review.decided_at = Review.State.DECIDED, outcome, timezone.now()
    review.save(update_fields=["state", "outcome", "decided_at"])
    return review


def evaluated_pilot(version_id: UUID, municipality: Municipality, staff: User) -> None:
    """A pilot of the version in `municipality`, evaluated. In the programme's scope."""
    today = timezone.localdate()
    Pilot(
        id=uuid7(),
        municipality=municipality,
        subject_kind=KIND,
        subject_id=version_id,
        subject_title="Erprobt",
        planned_by=staff,
        state="evaluated",
        plan="Zweimal im Bürgeramt.",
        starts_on=today - timedelta(days=90),
        ends_on=today,
        indicator="Anteil der Teilnehmenden",
        verdict="works",
        verdict_reason="Es wurde angenommen.",
        evaluated_at=timezone.now(),
    ).save(force_insert=True)


_PATH = (
    ("begin", "draft"),
    ("submit", "panel_review"),
    ("release_for_piloting", "pilot_ready"),
    ("start_piloting", "piloting"),
    ("conclude_piloting", "pilot_evaluated"),
    ("submit_finally", "panel_final"),
    ("standardise", "standard"),
)


def version_in(state: str, *, staff: User | None = None, **fields: Any) -> ModuleVersion:
    """A version in `state` of the main path (idea … standard, withdrawn). Not within a scope of another kind."""
    staff = staff or UserFactory(staff=True)
    with scope.enter(scope.programme()):
        return move_to(version(**fields), state, staff)


def move_to(made: ModuleVersion, state: str, staff: User) -> ModuleVersion:
    """Take the steps from where a version stands up to `state`. In the programme's scope."""
    done = [reached for _, reached in _PATH].index(made.state) + 1 if made.state != "idea" else 0
    for step, reached in _PATH[done:]:
        if made.state == state or (state == "withdrawn" and made.state == "draft"):
            break
        if step == "begin" and not made.module.authors.exists():
            authors(made.module)
        elif step == "release_for_piloting":
            decided_review(made, staff)
        elif step == "start_piloting":
            evaluated_pilot(made.pk, MunicipalityFactory(), staff)
            evaluated_pilot(made.pk, MunicipalityFactory(), staff)
        elif step == "standardise":
            decided_review(made, staff, stage="final")
        advance(actor=staff, version_id=made.pk, transition=step)
        made.refresh_from_db()
        assert made.state == reached
    if state == "withdrawn":
        advance(actor=staff, version_id=made.pk, transition="withdraw", reason="Wird nicht mehr gebraucht.")
        made.refresh_from_db()
    assert made.state == state, f"{state} is not on the path"
    return made
