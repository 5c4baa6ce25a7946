"""Modules and what becomes of them: trainers, the way of two modules, gates, additions, learning alone.

All by the application's own actions, each step on its own day.
"""

from collections.abc import Mapping
from io import BytesIO
from uuid import UUID

from django.contrib.auth.hashers import make_password
from docx import Document

from apps.accounts.actions import create_person
from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind, User
from apps.core import scope
from apps.demo.content import training as content
from apps.demo.content.municipalities import address
from apps.demo.content.panel import DemoReview
from apps.demo.content.training import DemoGate, DemoLearning, DemoTrainer
from apps.demo.seeding.clock import day, days_ago
from apps.demo.seeding.commitments import begin_pilot, evaluate_pilot, plan_pilots
from apps.demo.seeding.panel import review, vote
from apps.demo.seeding.people_of import coordinator_of, person_of, place_of
from apps.demo.seeding.training_sessions import seed_sessions
from apps.demo.seeding.workshop import Members
from apps.files.checks import check
from apps.municipalities.models import Municipality
from apps.training import library, queries_learning, quiz
from apps.training.actions import approvals, authoring, gates, learning, mandatory, overlays, packages
from apps.training.actions.importing import import_entries
from apps.training.actions.lifecycle import advance, follow_pilots
from apps.training.actions.starting import add_author
from apps.training.actions.trainers import qualify
from apps.training.guards import KIND
from apps.training.models import GateDocument, Module, ModuleVersion, TrainingOpening
from apps.training.queries import current_edition
from apps.training.units import UnitKind

Municipalities = Mapping[str, Municipality]
Trainers = Mapping[str, ProgrammeRole]


def seed_training(staff: User, members: Members, municipalities: Municipalities, password: str) -> None:
    """Everything about trainings, where there is no module yet."""
    with scope.enter(scope.programme()):
        if Module.objects.exists():
            return
        trainers = _trainers(password)
        with days_ago(385):
            import_entries(actor=staff, entries=[library.read(path) for path in library.files()])
        modules = {module.number: module for module in Module.objects.all()}
        _qualify(staff, trainers, modules)
        versions = {version.module.number: version.pk for version in ModuleVersion.objects.select_related("module")}
    for gate in content.GATES:
        _open(gate, municipalities[gate.slug])
    everybody = {**members, **trainers}
    _to_standard(staff, everybody, versions[content.BASICS], municipalities)
    _to_piloting(staff, everybody, versions[content.COMPLAINT], municipalities)
    seed_sessions(staff, trainers, modules, municipalities)
    for wanted in content.LEARNING:
        _learn(wanted, modules[wanted.module], municipalities[wanted.who[0]])
    _require_and_order(modules, municipalities["lindenfurt"])


def address_of(trainer: DemoTrainer) -> str:
    """The address a trainer signs in with."""
    return address(trainer.first_name, trainer.last_name, content.DOMAIN)


def _trainers(password: str) -> dict[str, ProgrammeRole]:
    """The trainers, by last name."""
    hashed, found = make_password(password), {}
    for trainer in content.TRAINERS:
        person = create_person(
            actor=None,
            email=address_of(trainer),
            first_name=trainer.first_name,
            last_name=trainer.last_name,
            email_is_verified=True,
        )
        User.objects.filter(pk=person.pk).update(password=hashed)
        found[trainer.last_name] = ProgrammeRole.objects.create(
            user=person,
            role=ProgrammeRoleKind.TRAINER,
            function=trainer.function,
            organisation=trainer.organisation,
            is_named=trainer.is_named,
        )
    return found


def _qualify(staff: User, trainers: Trainers, modules: Mapping[int, Module]) -> None:
    for trainer in content.TRAINERS:
        for wanted in trainer.qualifications:
            qualify(
                actor=staff,
                role=trainers[trainer.last_name],
                module=modules[wanted.module],
                level=wanted.level,
                qualification=wanted.text,
                since=day(wanted.since),
                valid_until=day(wanted.until),
            )


# --- Two modules on their way ---------------------------------------------------------------------------------------


def _to_standard(staff: User, people: Members, version: UUID, municipalities: Municipalities) -> None:
    """Written, accepted, piloted twice, changed once more, standard; Lindenfurt's additions are older than that."""
    wanted = [pilot for pilot in content.PILOTS if pilot.number == content.BASICS]
    with scope.enter(scope.programme()):
        _submit(staff, people, content.BASICS, version, days=375)
        _decide(staff, people, content.BASICS_FIRST, version, days=360)
        with days_ago(335):
            keys = plan_pilots(staff, wanted, version, municipalities, kind=KIND)
    for pilot, key in zip(wanted, keys, strict=True):
        begin_pilot(pilot, key, municipalities)
    with scope.enter(scope.programme()), days_ago(299):
        follow_pilots(version_id=version)
    _add_to_modules(municipalities["lindenfurt"])
    for pilot, key in zip(wanted, keys, strict=True):
        evaluate_pilot(pilot, key, municipalities)
    with scope.enter(scope.programme()):
        with days_ago(124):
            follow_pilots(version_id=version)
            _write_on(people["Feldhaus"].user, version)
        with days_ago(118):
            advance(actor=staff, version_id=version, transition="submit_finally")
        _decide(staff, people, content.BASICS_FINAL, version, days=116)


def _to_piloting(staff: User, people: Members, version: UUID, municipalities: Municipalities) -> None:
    """Written, accepted; one municipality pilots it."""
    wanted = [pilot for pilot in content.PILOTS if pilot.number == content.COMPLAINT]
    with scope.enter(scope.programme()):
        _submit(staff, people, content.COMPLAINT, version, days=110)
        _decide(staff, people, content.COMPLAINT_FIRST, version, days=95)
        with days_ago(60):
            keys = plan_pilots(staff, wanted, version, municipalities, kind=KIND)
    for pilot, key in zip(wanted, keys, strict=True):
        begin_pilot(pilot, key, municipalities)
    with scope.enter(scope.programme()), days_ago(49):
        follow_pilots(version_id=version)


def _submit(staff: User, people: Members, number: int, version_id: UUID, *, days: int) -> None:
    module_id = ModuleVersion.objects.values_list("module_id", flat=True).get(pk=version_id)
    with days_ago(days):
        for name in content.AUTHORS[number]:
            add_author(actor=staff, module_id=module_id, user_id=people[name].user_id)
        advance(actor=staff, version_id=version_id, transition="begin")
    with days_ago(days - 8):
        advance(actor=staff, version_id=version_id, transition="submit")


def _decide(staff: User, people: Members, wanted: DemoReview, version_id: UUID, *, days: int) -> None:
    """The panel takes two weeks; its decision takes the version on."""
    with days_ago(days):
        made = review(staff, people, wanted, version_id, kind=KIND)
    with days_ago(days - 14):
        vote(staff, people, wanted, made)


def _write_on(author: User, version_id: UUID) -> None:
    """What the pilots have taught. Raises ValueError where the old words are not there."""
    key, old, new = content.AFTER_THE_PILOTS
    unit = current_edition(ModuleVersion.objects.get(pk=version_id)).units.get(key=key)
    if old not in unit.content["text"]:
        raise ValueError(f"{key}: there is no “{old}”.")
    values = {"text": unit.content["text"].replace(old, new)}
    authoring.save_unit(
        actor=author, version_id=version_id, key=key, title=unit.title, minutes=unit.minutes, values=values
    )


# --- What municipalities do -----------------------------------------------------------------------------------------


def _open(gate: DemoGate, municipality: Municipality) -> None:
    """Store the documents that there are; with all of them, open the records."""
    actor = coordinator_of(place_of(gate.slug))
    with scope.enter(scope.municipality(municipality)), days_ago(170):
        _store(actor, GateDocument.Kind.DATA_PROTECTION, "Vereinbarung nach Art. 26 DSGVO", municipality)
        if gate.agreement:
            _store(actor, GateDocument.Kind.WORKS_AGREEMENT, gate.agreement, municipality)
        elif gate.no_council_stated_by:
            gates.store(
                actor=actor,
                kind=GateDocument.Kind.NO_STAFF_COUNCIL,
                document=None,
                signed_on=day(-2),
                stated_by_name=gate.no_council_stated_by,
            )
        if gate.is_whole:
            gates.open_records(actor=actor, municipality_id=municipality.pk)
        if gate.approver:
            gates.configure(
                actor=actor,
                municipality_id=municipality.pk,
                approval=TrainingOpening.Approval.REQUIRED,
                names_visible=False,
            )
            approvals.name_approver(
                actor=actor, user_id=person_of(place_of(gate.slug), gate.approver).pk, org_unit=None
            )


def _store(actor: User, kind: str, title: str, municipality: Municipality) -> None:
    paper = Document()
    paper.add_heading(title, level=0)
    paper.add_paragraph(f"{municipality.name}. Dies ist ein erfundenes Dokument der Vorführung.")
    stream = BytesIO()
    paper.save(stream)
    gates.store(
        actor=actor,
        kind=kind,
        document=check(f"{title.replace('/', '-')}.docx", stream.getvalue()),
        signed_on=day(-5),
        stated_by_name=content.DATA_PROTECTION_SIGNED_BY,
        reference=title,
    )


def _add_to_modules(municipality: Municipality) -> None:
    actor = coordinator_of(place_of("lindenfurt"))
    with scope.enter(scope.municipality(municipality)):
        for wanted in content.OVERLAYS:
            with days_ago(wanted.begun):
                overlays.add(
                    actor=actor,
                    module=Module.objects.get(number=wanted.module),
                    unit_key=wanted.unit,
                    title=wanted.title,
                    text=wanted.text,
                )


def _learn(wanted: DemoLearning, module: Module, municipality: Municipality) -> None:
    """Go through the first units of a module; through all of them, finish it."""
    person = person_of(place_of(wanted.who[0]), wanted.who[1])
    with scope.enter(scope.municipality(municipality)), days_ago(9):
        units = queries_learning.offered_units(module.key)
        for unit in units if wanted.units is None else units[: wanted.units]:
            if unit.kind == UnitKind.QUIZ:
                learning.record_quiz(
                    actor=person,
                    municipality=municipality,
                    key=module.key,
                    unit_key=unit.key,
                    attempt=1,
                    result=quiz.Result((), wanted.score, passed=True),
                )
            else:
                learning.mark_done(
                    actor=person,
                    municipality=municipality,
                    key=module.key,
                    unit_key=unit.key,
                    has_ended=unit.kind == UnitKind.SCENARIO,
                )
        if wanted.units is None:
            learning.finish(actor=person, municipality=municipality, key=module.key)


def _require_and_order(modules: Mapping[int, Module], municipality: Municipality) -> None:
    """What Lindenfurt makes mandatory, and the package it has ordered."""
    actor, required = coordinator_of(place_of("lindenfurt")), content.MANDATORY
    with scope.enter(scope.municipality(municipality)):
        with days_ago(-required.decided):
            mandatory.decide(
                actor=actor,
                module=modules[required.module],
                org_unit=None,
                within_months=required.within_months,
                repeat_months=required.repeat_months,
                decided_on=day(-3),
                reference=required.reference,
            )
        packages.order_package(
            actor=actor,
            module_id=modules[content.PACKAGE.module].pk,
            kind=content.PACKAGE.kind,
            language=content.PACKAGE.language,
            with_overlay=content.PACKAGE.with_overlay,
        )
