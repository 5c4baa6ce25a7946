"""Lay out the browser tests' database: migrate, seed the demo, add a short wave; print what the tests need as JSON.

A program of its own, started by conftest.py: the tests' own process keeps its own database.
"""

import json
import sys
import time
from collections.abc import Mapping
from datetime import date, timedelta
from importlib import import_module
from io import BytesIO
from typing import Any
from uuid import UUID

import django

django.setup()

from allauth.account.forms import default_token_generator  # noqa: E402
from allauth.account.models import EmailAddress, EmailConfirmationHMAC  # noqa: E402
from allauth.account.utils import user_pk_to_url_str  # noqa: E402
from allauth.mfa.models import Authenticator  # noqa: E402
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: E402
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from PIL import Image  # noqa: E402

from apps.accounts.models import User  # noqa: E402
from apps.assessments.actions.assessments import record_signature, start_assessment  # noqa: E402
from apps.assessments.actions.delegations import give_by_link  # noqa: E402
from apps.assessments.actions.upload_answers import upload_answer  # noqa: E402
from apps.assessments.actions.waves import create_wave, invite_municipalities, open_wave  # noqa: E402
from apps.assessments.models import (  # noqa: E402
    Assessment,
    Delegation,
    DelegationLink,
    Evidence,
    OutsideReading,
    Remark,
    Routine,
    RoutineCheck,
    RoutineExample,
    Signature,
    Wave,
)
from apps.core import scope  # noqa: E402
from apps.demo.seeding import PASSWORD  # noqa: E402
from apps.files.actions import store_upload  # noqa: E402
from apps.files.checks import check  # noqa: E402
from apps.instruments.actions import import_instrument, publish_version  # noqa: E402
from apps.instruments.actions_paper import order_paper, render_paper  # noqa: E402
from apps.instruments.models import InstrumentVersion  # noqa: E402
from apps.municipalities.actions import invitations  # noqa: E402
from apps.municipalities.actions.single_sign_on import configure  # noqa: E402
from apps.municipalities.models import Membership, Municipality, OrgUnit, Territory  # noqa: E402
from apps.municipalities.models.invitation import Invitation  # noqa: E402
from apps.reports import actions as report_actions  # noqa: E402
from apps.reports.models import ReportJob  # noqa: E402
from tests.assessments import uploads  # noqa: E402
from tests.e2e import passkey, prepare_training, prepare_workshop, small_instrument  # noqa: E402
from tests.files import samples  # noqa: E402

ACTORS = {
    "staff": "miriam.osei-lindner@projektteam.example",
    "coordinator": "amina.reuter@lindenfurt.example",
    "contributor": "tobias.nguyen@lindenfurt.example",
    "signatory": "matthias.brandt-okafor@brueckmuende.example",
    "employee": "lea.sommerfeld@lindenfurt.example",
    "secured": "elif.demirci@lindenfurt.example",
    **prepare_workshop.ACTORS,
    **prepare_training.ACTORS,
}
TOKEN = "token-of-the-browser-tests"
TOKEN_OF_FILES = "token-of-the-browser-tests-for-files"


def main() -> None:
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    call_command("translations", "compile")
    call_command("demo_seed", stdout=sys.stderr)
    staff = User.objects.get(email=ACTORS["staff"])
    short = short_wave(staff)
    secure(User.objects.get(email=ACTORS["secured"]))
    found = {
        "password": PASSWORD,
        "sessions": {actor: session_of(User.objects.get(email=email)) for actor, email in ACTORS.items()},
        "kwargs": objects(staff, short),
        "short_wave": str(short.pk),
    }
    json.dump(found, sys.stdout)


def short_wave(staff: User) -> Wave:
    """A wave with the short questionnaire, in which two municipalities take part that have nothing else open."""
    with scope.enter(scope.programme()):
        version = import_instrument(actor=staff, content=small_instrument.content(), filename=small_instrument.FILENAME)
        wave = create_wave(
            actor=staff,
            label="T9",
            instrument_version=publish_version(actor=staff, version=version),
            profile="schnellcheck",
            opens_on=date.today(),
            closes_on=date.today() + timedelta(days=30),
            evidence_required=False,
        )
        wave = open_wave(actor=staff, wave=wave)
        takes_part = Municipality.objects.filter(slug__in=["silberquell", "verbandsgemeinde-sonnenhang"])
        invite_municipalities(actor=staff, wave=wave, municipalities=list(takes_part), base_url="")
    return wave


def secure(person: User) -> None:
    """Give a person every kind of second factor."""
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    key = {"name": "Schlüssel am Bund", "credential": passkey.registered()}
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=key)


def session_of(person: User) -> str:
    """Key of a session that has just been signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time() + 3600, "email": person.email}
    ]
    session.create()
    return str(session.session_key)


def signed_on_paper(slug: str, coordinator: str) -> Signature:
    """An assessment that waits for its signature gets one on paper: a scanned page."""
    municipality = Municipality.objects.get(slug=slug)
    scan = BytesIO()
    Image.new("L", (420, 594), 245).save(scan, "PNG")
    with scope.enter(scope.municipality(municipality)):
        actor = User.objects.get(email=coordinator)
        assessment = Assessment.objects.get(wave__label="T0")
        Assessment.objects.filter(pk=assessment.pk).update(submitted_at=timezone.now())
        record_signature(
            actor=actor,
            assessment_id=assessment.pk,
            name="Annegret Poppe",
            function="Bürgermeisterin",
            reference="Original bei den Akten, Az. 10-24/2026",
            signed_on=timezone.localdate(),
            document=store_upload(actor=actor, uploaded=check("Unterschrift.png", scan.getvalue())),
        )
        return Signature.objects.get(assessment=assessment)


def printed(staff: User, version: InstrumentVersion) -> None:
    """The questionnaire as a PDF, as the worker would make it."""
    with scope.enter(scope.programme()):
        copy = order_paper(actor=staff, version=version, language="de")
    render_paper(scope=scope.programme(), copy_id=str(copy.pk))


def with_a_file(staff: User) -> UUID:
    """An assessment of a short questionnaire that asks for a file, which has been attached; and a personal link."""
    lindenfurt, amina = Municipality.objects.get(slug="lindenfurt"), User.objects.get(email=ACTORS["coordinator"])
    with scope.enter(scope.programme()):
        wave = create_wave(
            actor=staff,
            label="T9",
            topic="Anlagen",
            instrument_version=uploads.version(),
            profile="standard",
            opens_on=date.today(),
            closes_on=date.today() + timedelta(days=30),
            evidence_required=False,
        )
        open_wave(actor=staff, wave=wave)
        (assessment,) = invite_municipalities(actor=staff, wave=wave, municipalities=[lindenfurt], base_url="")
    with scope.enter(scope.municipality(lindenfurt)):
        start_assessment(actor=amina, assessment_id=assessment.pk)
        plan = check("Organigramm.pdf", samples.pdf())
        upload_answer(actor=amina, assessment_id=assessment.pk, item="plan", uploaded=plan, seen="")
        given = give_by_link(
            actor=amina,
            assessment_id=assessment.pk,
            section="d1",
            due_on=date.today() + timedelta(days=9),
            base_url="",
            name="Wiebke Larsson",
            email="personalrat@lindenfurt.example",
        )
        DelegationLink.objects.filter(delegation=given).update(token_hash=invitations.hash_of(TOKEN_OF_FILES))
    key: UUID = assessment.pk
    return key


def objects(staff: User, short: Wave) -> dict[str, Mapping[str, str]]:
    """What the URLs need: for all of them (under ""), for those of an app, for one of them, for a kind of visit."""
    lindenfurt = Municipality.objects.get(slug="lindenfurt")
    secured = User.objects.get(email=ACTORS["secured"])
    version = InstrumentVersion.objects.get(workbook__filename="bedarfserhebung.xlsx")
    wave = Wave.objects.get(label="T0", profile="standard", topic="")
    with scope.enter(scope.municipality(lindenfurt)):
        configure(
            actor=staff,
            municipality=lindenfurt,
            secret="secret",
            name="Stadtkonto",
            server_url="https://login.example",
            client_id="kfa",
        )
        first, second = (Assessment.objects.get(wave__label=label, wave__topic="").pk for label in ("T0", "T1"))
        membership = Membership.objects.filter(role="employee").first()
        invitation = Invitation.objects.get(state="open")
        Invitation.objects.filter(pk=invitation.pk).update(token_hash=invitations.hash_of(TOKEN))
        unit = OrgUnit.objects.first()
        job = ReportJob.objects.get()
        by_link = Delegation.objects.get(by_link=True)
        DelegationLink.objects.filter(delegation=by_link).update(token_hash=invitations.hash_of(TOKEN))
        given = Delegation.objects.get(state="given", section="d6")
        single = Delegation.objects.filter(section="d7").first()
        handed_back = Delegation.objects.get(state="handed_back")
        document, by_address = Evidence.objects.exclude(document=None).get(), Evidence.objects.exclude(url="").get()
        housing = Assessment.objects.get(wave__topic="Wohnen").pk
        outside = OutsideReading.objects.get(state="invited")
        OutsideReading.objects.filter(pk=outside.pk).update(token_hash=invitations.hash_of(TOKEN))
        remark = Remark.objects.filter(kind="question").first()
        running, completed = (
            RoutineCheck.objects.select_related("routine").filter(state=state).order_by("routine__name").last()
            for state in ("in_progress", "completed")
        )
        released = RoutineCheck.objects.get(releases__isnull=False)
        never_checked = Routine.objects.get(checks=None)
    build_report(lindenfurt, job)
    on_paper = signed_on_paper("falkenmoor", "stefan.markovic@falkenmoor.example")
    printed(staff, short.instrument_version)
    attached = with_a_file(staff)
    key = Authenticator.objects.get(user=secured, type=Authenticator.Type.WEBAUTHN)
    address = EmailAddress.objects.create(user=secured, email="elif@privat.example", verified=False)
    found: dict[str, Mapping[str, Any]] = {
        "": {
            "slug": "lindenfurt",
            "assessment_id": first,
            "wave_id": wave.pk,
            "job_id": job.pk,
            "name": "d1",
            "token": TOKEN,
            "delegation_id": handed_back.pk,
        },
        "second": {"assessment_id": second},
        "item": {"assessment_id": second, "name": "d1_03"},
        "item-with-question": {"assessment_id": second, "name": "d3_05"},
        "item-with-feedback": {"assessment_id": first, "name": "d5_03"},
        "in-second-wave": {"assessment_id": second, "wave_id": Wave.objects.get(label="T1").pk},
        "undecided": {"assessment_id": second, "name": "d7_01"},
        "decided": {"assessment_id": second, "name": "d7_03"},
        "about-us": {"assessment_id": second, "name": "profile"},
        "handed-in-section": {"slug": "brueckmuende", "assessment_id": assessment_of("brueckmuende"), "name": "d1"},
        "shared-section": {"assessment_id": second, "name": "d7"},
        "unchanged-section": {"assessment_id": second, "name": "d8"},
        "evidence": {"assessment_id": second, "evidence_id": document.pk},
        "address": {"assessment_id": second, "evidence_id": by_address.pk},
        "need": {"item": "d5_03", "dimension": 5},
        "reading": {"reading_id": outside.pk},
        "remark": {"remark_id": remark.pk},
        "single-items": {"delegation_id": single.pk},
        "housing": {"assessment_id": housing},
        "small": {"slug": "hagenmoor", "assessment_id": assessment_of("hagenmoor"), "name": "b1"},
        "on-paper": {
            "slug": "falkenmoor",
            "assessment_id": on_paper.assessment_id,
            "signature_id": on_paper.pk,
        },
        "handed-in-item": {"slug": "brueckmuende", "assessment_id": assessment_of("brueckmuende"), "name": "d1_01"},
        "by-decision": {"slug": "amt-schilfsee", "assessment_id": assessment_of("amt-schilfsee")},
        "never-checked": {"routine_id": never_checked.pk},
        "completed": {"routine_id": completed.routine_id, "check_id": completed.pk},
        "released": {"routine_id": released.routine_id, "check_id": released.pk},
        "routines": {"routine_id": running.routine_id, "check_id": completed.pk},
        "routine": {"example_id": RoutineExample.objects.get(state="proposed").pk},
        "published": {"example_id": RoutineExample.objects.get(state="published").pk},
        "review": {"slug": "brueckmuende", "assessment_id": assessment_of("brueckmuende")},
        "working": {"slug": "quellenrode", "assessment_id": assessment_of("quellenrode")},
        "assessments-delegation-hand-back": {"delegation_id": given.pk},
        "assessments-delegation-revoke": {"delegation_id": by_link.pk},
        "by-link": {"delegation_id": by_link.pk},
        "given-section": {"assessment_id": second, "name": given.section},
        "municipalities-membership-end": {"pk": membership.pk},
        "municipalities-invitation-resend": {"pk": invitation.pk},
        "municipalities-invitation-revoke": {"pk": invitation.pk},
        "municipalities-org-unit": {"pk": unit.pk},
        "municipalities-territory": {"pk": Territory.objects.get(ars="990510010010").pk},
        "accounts-project-staff-remove": {"pk": User.objects.get(first_name="Jonas", is_project_staff=True).pk},
        "instruments": {"pk": version.pk},
        "instruments-paper-file": {"pk": short.instrument_version_id, "language": "de"},
        "basis-version": {"pk": InstrumentVersion.objects.get(workbook__filename="basis.xlsx").pk},
        "routines-version": {"pk": InstrumentVersion.objects.get(workbook__filename="routinencheck.xlsx").pk},
        "attached": {"assessment_id": attached, "name": "plan"},
        "attached-by-link": {"token": TOKEN_OF_FILES, "name": "plan"},
        "account_confirm_email": {"key": EmailConfirmationHMAC(address).key},
        "account_reset_password_from_key": {
            "uidb36": user_pk_to_url_str(secured),
            "key": default_token_generator.make_token(secured),
        },
        "mfa_remove_webauthn": {"pk": key.pk},
        "mfa_edit_webauthn": {"pk": key.pk},
        **prepare_workshop.workshop_objects(staff, TOKEN),
        **prepare_training.training_objects(staff),
    }
    return {name: {key: str(value) for key, value in kwargs.items()} for name, kwargs in found.items()}


def assessment_of(slug: str) -> UUID:
    with scope.enter(scope.municipality(Municipality.objects.get(slug=slug))):
        key: UUID = Assessment.objects.get(wave__label="T0", wave__topic="").pk
    return key


def build_report(municipality: Municipality, job: ReportJob) -> None:
    """Make the report that the demo has ordered, as its worker would."""
    report_actions.build_report(scope=scope.municipality(municipality), job_id=str(job.pk))


if __name__ == "__main__":
    main()
