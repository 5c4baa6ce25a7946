from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ProgrammeRoleKind
from apps.core.navigation import (
    MUNICIPALITY,
    PERSON,
    PROGRAMME,
    PUBLIC,
    WORKSHOP,
    NavItem,
    is_project_staff,
    register,
    signed_in,
    signed_out,
)
from apps.training import (
    policies_catalogue,
    policies_gates,
    policies_mandatory,
    policies_packages,
    policies_places,
    policies_sessions,
)


def _reads_catalogue(request: HttpRequest) -> bool:
    return policies_catalogue.may_read(getattr(request, "roles", ()))


def _reads_planning(request: HttpRequest) -> bool:
    return policies_sessions.may_read(getattr(request, "roles", ()))


def _reads_mandatory(request: HttpRequest) -> bool:
    return policies_mandatory.may_read(getattr(request, "roles", ()))


def _reads_gate(request: HttpRequest) -> bool:
    return policies_gates.may_read(getattr(request, "roles", ()))


def _reads_packages(request: HttpRequest) -> bool:
    return policies_packages.may_read(getattr(request, "roles", ()))


def _organises(request: HttpRequest) -> bool:
    return policies_places.may_organise(getattr(request, "roles", ()))


def _is_trainer(request: HttpRequest) -> bool:
    return any(role.role == ProgrammeRoleKind.TRAINER for role in getattr(request, "programme_roles", ()))


def _writes_modules(request: HttpRequest) -> bool:
    return is_project_staff(request) or bool(getattr(request, "programme_roles", ()))


register(
    NavItem(_("Trainings"), "training-catalogue", area=MUNICIPALITY, order=40, visible=_reads_catalogue),
    NavItem(_("Sessions of our own"), "sessions-list", area=MUNICIPALITY, order=41, visible=_reads_planning),
    NavItem(_("Mandatory trainings"), "training-mandatory", area=MUNICIPALITY, order=42, visible=_reads_mandatory),
    NavItem(_("Opening training records"), "training-gate", area=MUNICIPALITY, order=43, visible=_reads_gate),
    NavItem(_("Approvals"), "training-approvals", area=MUNICIPALITY, order=45, visible=_organises),
    NavItem(_("Packages"), "packages-modules", area=MUNICIPALITY, order=44, visible=_reads_packages),
    NavItem(_("My trainings"), "my-trainings", area=PERSON, order=20, visible=signed_in),
    NavItem(_("My certificates"), "training-certificates", area=PERSON, order=22, visible=signed_in),
    NavItem(_("Training modules"), "training-public-list", area=PUBLIC, order=22, visible=signed_out),
    NavItem(_("Training modules"), "modules-mine", area=WORKSHOP, order=22, visible=_writes_modules),
    NavItem(_("My sessions"), "trainer-sessions-list", area=WORKSHOP, order=24, visible=_is_trainer),
    NavItem(_("Training modules"), "modules-list", area=PROGRAMME, order=33),
    NavItem(_("Sessions"), "programme-sessions-list", area=PROGRAMME, order=34),
    NavItem(_("Trainers"), "trainers-register", area=PROGRAMME, order=35),
)
