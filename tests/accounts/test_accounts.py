"""Profile, project team, expired sessions, grants."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from apps.accounts import actions, policies
from apps.accounts.models import User
from apps.accounts.tasks import clear_sessions
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.notifications.models import OutgoingMail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_changes_name_and_language(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    fields = {"first_name": "Ada", "last_name": "Muster", "language": "en"}
    response = client.post(reverse("accounts-profile"), fields)
    assert response.status_code == 303
    assert response.cookies["django_language"].value == "en"
    user.refresh_from_db()
    assert str(user) == "Ada Muster"


def test_a_language_that_there_is_not_is_refused(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.post(reverse("accounts-profile"), {"language": "xx"}).status_code == 422


def test_the_project_team_takes_in_somebody_who_has_no_account(client: Client, staff: Any) -> None:
    client.force_login(staff)
    response = client.post(reverse("accounts-project-staff"), {"email": "Neu@kommune.example", "first_name": "Nia"})
    assert response.status_code == 303
    user = User.objects.get(email="neu@kommune.example")
    assert user.is_project_staff
    assert not user.has_usable_password()
    with scope.enter(scope.programme()):
        assert "/password/reset/key/" in OutgoingMail.objects.get(to=user.email).text
        assert AuditEntry.objects.filter(verb="account.project_staff_added", target_id=str(user.pk)).exists()


def test_the_project_team_takes_in_somebody_with_an_account_without_a_mail_that_sets_a_password(
    client: Client, staff: Any
) -> None:
    user = UserFactory()
    client.force_login(staff)
    client.post(reverse("accounts-project-staff"), {"email": user.email})
    user.refresh_from_db()
    assert user.is_project_staff
    with scope.enter(scope.programme()):
        assert not OutgoingMail.objects.filter(to=user.email).exists()


def test_a_member_of_the_project_team_can_be_taken_out(client: Client, staff: Any) -> None:
    other = UserFactory(staff=True)
    client.force_login(staff)
    url = reverse("accounts-project-staff-remove", kwargs={"pk": other.pk})
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 303
    other.refresh_from_db()
    assert not other.is_project_staff


def test_the_last_member_of_the_project_team_stays(client: Client, staff: Any) -> None:
    client.force_login(staff)
    client.post(reverse("accounts-project-staff-remove", kwargs={"pk": staff.pk}))
    staff.refresh_from_db()
    assert staff.is_project_staff


def test_others_find_no_project_team(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get(reverse("accounts-project-staff")).status_code == 404


def test_expired_sessions_are_deleted_and_living_ones_stay() -> None:
    for key, days in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + timedelta(days=days))
    clear_sessions({"name": "programme"})
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_a_grant_holds_for_one_object_and_no_other(staff: Any) -> None:
    user, granted, other = UserFactory(), UserFactory(), UserFactory()
    assign_perm("accounts.view_user", user)
    assert not policies.holds_grant(user, "view_user", granted)
    assign_perm("view_user", user, granted)
    assert policies.holds_grant(user, "view_user", granted)
    assert not policies.holds_grant(user, "view_user", other)
    assert list(policies.granted(user, "view_user", User.objects.all())) == [granted]


def test_a_grant_is_worth_nothing_to_others() -> None:
    target = UserFactory()
    assert not policies.holds_grant(AnonymousUser(), "view_user", target)
    assert not policies.holds_grant(UserFactory(is_superuser=True), "view_user", target)
    assert not policies.granted(UserFactory(is_superuser=True), "view_user", User.objects.all()).exists()


def test_require_answers_403() -> None:
    policies.require(True)
    with pytest.raises(PermissionDenied):
        policies.require(False)


def test_an_address_is_found_whatever_its_case() -> None:
    user = UserFactory(email="a.b@kommune.example")
    assert actions.person_with_address(" A.B@Kommune.example ") == user
    assert actions.person_with_address("c@kommune.example") is None
