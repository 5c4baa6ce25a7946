"""Factories for what nearly every test needs. Tenant-owned rows are made in the scope of their municipality."""

from typing import Any

import factory

from apps.accounts.models import User
from apps.core import scope
from apps.municipalities.models import Membership, Municipality, OrgUnit, Role

PASSWORD = "ein langer Satz zum Anmelden"


class MunicipalityFactory(factory.django.DjangoModelFactory[Municipality]):
    class Meta:
        model = Municipality

    slug = factory.Sequence(lambda n: f"musterkommune-{n}")
    name = factory.Sequence(lambda n: f"Musterkommune {n}")
    stage = Municipality.Stage.MODEL
    size_class = Municipality.SizeClass.MEDIUM_TOWN
    type_class = Municipality.TypeClass.MUNICIPALITY


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = factory.Trait(is_project_staff=True)

    email = factory.Sequence(lambda n: f"person-{n}@kommune.example")
    first_name = "Kim"
    last_name = factory.Sequence(lambda n: f"Beispiel {n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return User.objects.create_user(password=kwargs.pop("password", PASSWORD), **kwargs)


def member(municipality: Municipality, role: str = Role.COORDINATOR, user: User | None = None, **fields: Any) -> User:
    """A person with `role` in `municipality`, in that municipality's scope; returns the person."""
    user = user or UserFactory()
    with scope.enter(scope.municipality(municipality)):
        Membership.objects.create(user=user, role=role, **fields)
    return user


def org_unit(municipality: Municipality, name: str = "Ordnungsamt", **fields: Any) -> OrgUnit:
    """A department of `municipality`."""
    with scope.enter(scope.municipality(municipality)):
        return OrgUnit.objects.create(name=name, **fields)
