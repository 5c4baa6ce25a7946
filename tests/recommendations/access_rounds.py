"""Rows of the access matrix: rounds of comments. `bench` is invited for civil society, `panel` is not in the round."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import Bench
from apps.core import scope
from apps.recommendations.actions import comments, rounds
from apps.recommendations.actions.synopses import file_name
from apps.recommendations.models import Comment, Round, SynopsisCopy
from apps.reports import storage
from tests.consistency.access import Row, World
from tests.factories import UserFactory
from tests.recommendations.factories import bench_member, version_in


def _round(world: World) -> Round:
    staff = world.people["staff"]
    version = version_in("draft", staff=staff)
    roles = [
        world.people["bench"].programme_roles.get(bench=Bench.CIVIL_SOCIETY),
        bench_member(Bench.ADMINISTRATION),
        bench_member(Bench.SCIENCE),
    ]
    with scope.enter(scope.programme()):
        return rounds.open_round(
            actor=staff,
            version_id=version.pk,
            introduction="Bitte lesen.",
            deadline=timezone.localdate() + timedelta(days=14),
            roles=[role.pk for role in roles],
            base_url="https://kommunen.example",
        )


def version(world: World) -> Mapping[str, Any]:
    return {"version_id": version_in("draft", staff=world.people["staff"]).pk}


def of_round(world: World) -> Mapping[str, Any]:
    return {"round_id": _round(world).pk}


def part(world: World) -> Mapping[str, Any]:
    return {"round_id": _round(world).pk, "name": "steps"}


def paragraph(world: World) -> Mapping[str, Any]:
    about = _round(world)
    return {"round_id": about.pk, "block_id": about.edition.blocks.all()[0].pk}


def _said(world: World, *, own: bool) -> Comment:
    about = _round(world)
    bench = Bench.CIVIL_SOCIETY if own else Bench.SCIENCE
    author = about.participants.get(role__bench=bench).role.user
    return comments.comment(actor=author, round_id=about.pk, bench=bench, text="Zu vage.")


def comment(world: World) -> Mapping[str, Any]:
    return {"comment_id": _said(world, own=False).pk}


def own_comment(world: World) -> Mapping[str, Any]:
    return {"comment_id": _said(world, own=True).pk}


def with_synopsis(world: World) -> Mapping[str, Any]:
    about = _round(world)
    now = timezone.now()
    for language in ("de", "en"):
        copy = SynopsisCopy(round=about, language=language, requested_by=UserFactory(), heartbeat_at=now)
        copy.state, copy.progress, copy.attempts, copy.finished_at = "done", 100, 1, now
        copy.file, copy.sha256, copy.pages, copy.size = file_name(copy.pk, 1), "0" * 64, 1, 8
        storage.store(str(copy.file), b"%PDF-1.7")
        copy.save(force_insert=True)
    return {"round_id": about.pk}


TEXT = {"text": "Das sehe ich auch so."}

ACCESS = {
    "recommendations-round-open": Row.in_programme(kwargs=version),
    "recommendations-round-manage": Row.in_programme(kwargs=of_round),
    "recommendations-round-invite": Row.in_programme(staff=422, method="post", kwargs=of_round),
    "recommendations-round-extend": Row.in_programme(staff=422, method="post", kwargs=of_round),
    "recommendations-round-abstain": Row.in_programme(staff=422, method="post", kwargs=of_round),
    "recommendations-round-close": Row.in_programme(kwargs=of_round),
    "recommendations-round-call-off": Row.in_programme(kwargs=of_round),
    "recommendations-round-contributions": Row.in_programme(kwargs=of_round),
    "recommendations-rounds": Row.in_workshop(),
    "recommendations-round": Row.in_workshop(panel=404, kwargs=of_round),
    "recommendations-round-seen": Row.in_workshop(bench=303, panel=404, staff=303, method="post", kwargs=of_round),
    "recommendations-round-comments": Row.in_workshop(panel=404, kwargs=of_round),
    "recommendations-round-whole": Row.in_workshop(panel=404, kwargs=of_round),
    "recommendations-round-section": Row.in_workshop(panel=404, kwargs=part),
    "recommendations-round-section-comments": Row.in_workshop(panel=404, kwargs=part),
    "recommendations-round-block": Row.in_workshop(
        bench=303, panel=404, staff=403, method="post", kwargs=paragraph, data=TEXT
    ),
    "recommendations-round-word": Row.in_workshop(panel=404, staff=403, kwargs=of_round),
    "recommendations-round-mine": Row.in_workshop(panel=404, kwargs=of_round),
    "recommendations-round-contribute": Row.in_workshop(
        bench=303, panel=404, staff=403, method="post", kwargs=of_round, data=TEXT
    ),
    "recommendations-round-dispositions": Row.in_workshop(bench=403, panel=404, kwargs=of_round),
    "recommendations-round-xlsx": Row.in_workshop(panel=404, method="post", kwargs=of_round),
    "recommendations-round-synopsis": Row.in_workshop(bench=303, panel=404, staff=303, method="post", kwargs=of_round),
    "recommendations-round-synopsis-file": Row.in_workshop(panel=404, method="post", kwargs=with_synopsis),
    "recommendations-comment": Row.in_workshop(
        bench=303, panel=404, staff=303, method="post", kwargs=comment, data=TEXT
    ),
    "recommendations-comment-agree": Row.in_workshop(bench=303, panel=404, staff=403, method="post", kwargs=comment),
    "recommendations-comment-withdraw": Row.in_workshop(panel=404, staff=403, kwargs=own_comment),
    "recommendations-comment-disposition": Row.in_workshop(bench=403, panel=404, kwargs=comment),
}
