"""The own page: where somebody has a role, and the next trainings in words that tell nothing of them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.municipalities.models import Municipality
from tests.municipalities.counting import at_most
from tests.training import factories, place_factories

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_the_next_trainings_stand_there_without_their_names(municipality: Municipality) -> None:
    factories.opened(municipality)
    person = place_factories.employee(municipality)
    place_factories.enrolled(person, factories.session(factories.empowerment()), municipality)
    later = timezone.now() + timedelta(days=40)
    place_factories.enrolled(person, factories.session(factories.offered("Beschwerde"), starts=later), municipality)
    client = Client()
    client.force_login(person, backend=BACKEND)
    with at_most(8):
        response = client.get(reverse("my-page"))
    assert len(response.context["trainings"]) == 2
    content = response.content.decode()
    assert reverse("my-trainings") in content
    for word in ("Empowerment", "Beschwerde"):
        assert word not in content
