"""Who writes a recommendation: members of the benches join, lead, leave; the page says which bench is missing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.recommendations.actions import team as actions
from apps.recommendations.actions.editions import freeze
from apps.recommendations.actions.lifecycle import NotPossible, advance
from apps.recommendations.actions.texts import check_out
from apps.recommendations.models import Participant, RecommendationVersion, Round, SectionCheckout, TeamMember
from tests.factories import UserFactory
from tests.recommendations.factories import bench_member, panel_member, recommendation, team, version_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are checked as they stand in the source."""
    with translation.override("en"):
        yield


@pytest.fixture
def version() -> RecommendationVersion:
    return recommendation()


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"recommendations-{name}", args=args)


def test_staff_put_a_team_together_and_the_page_says_who_is_missing(
    version: RecommendationVersion, staff: User
) -> None:
    role = bench_member("science")
    client = signed_in(staff)
    html = client.get(url("team", version.pk)).content.decode()
    assert "Nobody writes yet for" in html
    assert client.post(url("team", version.pk), {"role": str(role.pk)}).status_code == 303
    html = client.get(url("team", version.pk)).content.decode()
    assert role.user.get_full_name() in html
    for bench in ("administration", "civil_society"):
        client.post(url("team", version.pk), {"role": str(bench_member(bench).pk)})
    assert "All three benches write." in client.get(url("team", version.pk)).content.decode()


@pytest.mark.parametrize("role", ["", "nonsense", "01900000-0000-7000-8000-0000000000aa"])
def test_somebody_who_is_not_offered_cannot_be_added(version: RecommendationVersion, staff: User, role: str) -> None:
    assert signed_in(staff).post(url("team", version.pk), {"role": role}).status_code == 422
    assert not TeamMember.objects.exists()


def test_members_of_the_panel_and_former_members_of_a_bench_do_not_write(
    version: RecommendationVersion, staff: User
) -> None:
    for role in (panel_member(), bench_member("science", ended_at=timezone.now())):
        with pytest.raises(NotPossible, match="bench"):
            actions.add_member(actor=staff, recommendation_id=version.recommendation_id, role_id=role.pk)


def test_whoever_is_invited_to_the_open_round_does_not_join_meanwhile(staff: User) -> None:
    version = version_in("draft")
    role = bench_member("science")
    made = Round.objects.create(
        version=version,
        edition=freeze(version),
        number=1,
        introduction="Bitte lesen.",
        deadline=timezone.localdate() + timedelta(days=9),
        opened_by=staff,
    )
    advance(actor=staff, version_id=version.pk, transition="open_round")
    Participant.objects.create(round=made, role=role)
    response = signed_in(staff).post(url("team", version.pk), {"role": str(role.pk)})
    assert response.status_code == 422
    assert "open round" in response.content.decode()


def test_adding_twice_changes_nothing(version: RecommendationVersion, staff: User) -> None:
    role = bench_member("science")
    for _time in range(2):
        actions.add_member(actor=staff, recommendation_id=version.recommendation_id, role_id=role.pk)
    assert TeamMember.objects.count() == 1


def test_one_leads(version: RecommendationVersion, staff: User) -> None:
    first, second, _third = team(version)
    assert signed_in(staff).post(url("team-lead", second.pk)).status_code == 303
    assert list(TeamMember.objects.filter(leads=True)) == [second]
    actions.make_lead(actor=staff, member_id=second.pk)
    assert list(TeamMember.objects.filter(leads=True)) == [second]
    assert not TeamMember.objects.get(pk=first.pk).leads


def test_leaving_asks_and_ends_writing_but_what_is_in_hand_stays(version: RecommendationVersion, staff: User) -> None:
    member = team(version)[0]
    writer = member.role.user
    check_out(actor=writer, version_id=version.pk, section="goal")
    client = signed_in(staff)
    assert writer.get_full_name() in client.get(url("team-remove", member.pk)).content.decode()
    assert TeamMember.objects.get(pk=member.pk).left_at is None
    assert client.post(url("team-remove", member.pk)).status_code == 303
    assert client.post(url("team-remove", member.pk)).status_code == 303
    member.refresh_from_db()
    assert member.left_at is not None
    assert not member.leads
    assert signed_in(writer).get(url("write", version.pk)).status_code == 403
    assert SectionCheckout.objects.filter(user=writer).exists()
    with pytest.raises(NotPossible, match="no longer"):
        actions.make_lead(actor=staff, member_id=member.pk)


def test_who_left_can_come_back(version: RecommendationVersion, staff: User) -> None:
    member = team(version)[0]
    actions.remove_member(actor=staff, member_id=member.pk)
    again = actions.add_member(actor=staff, recommendation_id=version.recommendation_id, role_id=member.role_id)
    assert again.pk != member.pk
    assert signed_in(member.role.user).get(url("write", version.pk)).status_code == 200


def test_a_role_that_has_ended_writes_no_longer(version: RecommendationVersion) -> None:
    member = team(version)[0]
    member.role.ended_at = timezone.now()
    member.role.save(update_fields=["ended_at"])
    other = bench_member("science", user=member.role.user)
    assert other.ended_at is None
    assert signed_in(member.role.user).get(url("write", version.pk)).status_code == 403


def test_unknown_members_and_versions_are_not_found(staff: User) -> None:
    client = signed_in(staff)
    assert client.get(url("team", uuid4())).status_code == 404
    assert client.post(url("team-lead", uuid4())).status_code == 404
    assert client.get(url("team-remove", uuid4())).status_code == 404


def test_the_team_reads_who_writes_with_them(version: RecommendationVersion) -> None:
    members = team(version, ["science", "administration"])
    html = signed_in(members[0].role.user).get(url("write", version.pk)).content.decode()
    assert members[1].role.user.get_full_name() in html
    assert "Nobody writes yet for: Civil society" in html
    assert "leads the team" in html


def test_only_the_project_team_decides_about_teams(version: RecommendationVersion) -> None:
    member = team(version)[0]
    assert signed_in(member.role.user).get(url("team", version.pk)).status_code == 404
    assert signed_in(UserFactory()).post(url("team-remove", member.pk)).status_code == 404
