"""What must be true before a version takes a step: the guards that apps.reviews.lifecycle names for modules.

Each looks at the database as it is and returns sentences saying what is missing; none where nothing is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind
from apps.reviews import guards
from apps.reviews.lifecycle import Transition
from apps.reviews.models import Review
from apps.training.models import ModuleAuthor, ModuleEdition, ModuleFile, ModuleVersion, Unit
from apps.training.queries import current_edition, released_at
from apps.training.units import FILES, Audience, UnitKind, problems

KIND = "module"
AUTHORS_NEEDED = 2
#: Which kinds of file a unit's field may name.
FITTING: dict[tuple[str, str], tuple[str, ...]] = {
    (UnitKind.IMAGE, "file"): (ModuleFile.Kind.IMAGE,),
    (UnitKind.VIDEO, "file"): (ModuleFile.Kind.VIDEO,),
    (UnitKind.VIDEO, "captions"): (ModuleFile.Kind.CAPTIONS,),
    (UnitKind.AUDIO, "file"): (ModuleFile.Kind.AUDIO,),
    (UnitKind.DOWNLOAD, "file"): (ModuleFile.Kind.DOCUMENT, ModuleFile.Kind.IMAGE),
}


def has_authors(version: ModuleVersion) -> list[str]:
    return missing_authors(ModuleAuthor.objects.filter(module=version.module_id, left_at=None).select_related("user"))


def missing_authors(authors: Iterable[ModuleAuthor]) -> list[str]:
    """What is missing among who writes a module now (with the person): two people, of two groups; in sentences."""
    people = {author.user_id: author.user.is_project_staff for author in authors}
    if len(people) < AUTHORS_NEEDED:
        return [_("Authors: %(number)s of at least %(needed)s.") % {"number": len(people), "needed": AUTHORS_NEEDED}]
    groups = {"staff"} if any(people.values()) else set()
    groups |= set(
        ProgrammeRole.objects.filter(
            user__in=people,
            ended_at=None,
            role__in=(ProgrammeRoleKind.BENCH_MEMBER, ProgrammeRoleKind.TRAINER),
        ).values_list("role", flat=True)
    )
    if len(groups) < 2:
        return [_("The authors come from one group only: project team, benches and trainers, at least two of them.")]
    return []


def text_is_written(version: ModuleVersion) -> list[str]:
    return missing_in(current_edition(version), version)


def missing_in(edition: ModuleEdition, version: ModuleVersion) -> list[str]:
    """What a text still lacks before people may find it, in sentences. version: its own, with the module loaded."""
    files = {str(file.pk): file for file in ModuleFile.objects.filter(module=version.module_id)}
    units = list(edition.units.order_by("audience", "position"))
    return missing_of(edition, units, files, is_empowerment=version.module.is_empowerment)


def missing_of(
    edition: ModuleEdition, units: Sequence[Unit], files: Mapping[str, ModuleFile], *, is_empowerment: bool
) -> list[str]:
    """The same of a text whose units and files (by key) are there already."""
    return [
        *_missing_fields(edition),
        *_missing_units(edition, units, is_empowerment=is_empowerment),
        *(
            _("Unit “%(unit)s”: %(problem)s") % {"unit": unit.title, "problem": problem}
            for unit in units
            for problem in unit_problems(unit, files)
        ),
    ]


def _missing_fields(edition: ModuleEdition) -> Iterator[str]:
    if not edition.summary.strip():
        yield _("The summary is missing.")
    if not edition.target_group.strip():
        yield _("It does not say yet whom it is for.")
    if not edition.objectives:
        yield _("No learning objective is named.")
    if not edition.items:
        yield _("It does not say yet which items the module answers.")
    if not edition.minutes:
        yield _("It does not say how long it takes.")
    if not edition.delivery:
        yield _("It does not say how it can be given.")


def _missing_units(edition: ModuleEdition, units: Sequence[Unit], *, is_empowerment: bool) -> Iterator[str]:
    audiences = {unit.audience for unit in units}
    if not is_empowerment:
        if Audience.LEARNER not in audiences:
            yield _("There is no unit for learners.")
        return
    if Audience.LEARNER in audiences:
        yield _("An empowerment module has no units for learners: it is led on site.")
    if Audience.TRAINER not in audiences:
        yield _("There is no material for trainers.")
    if set(edition.delivery) - {ModuleEdition.Delivery.ON_SITE}:
        yield _("An empowerment module is given on site only.")


def unit_problems(unit: Unit, files: Mapping[str, ModuleFile]) -> list[str]:
    """What is missing in one unit, in sentences. files: those of its module, by key."""
    found = problems(unit.kind, unit.content)
    for name in FILES.get(UnitKind(unit.kind), ()):
        key = str(unit.content.get(name) or "")
        if not key:
            continue
        file = files.get(key)
        if file is None or file.kind not in FITTING[unit.kind, name]:
            found.append(_("The file does not exist, or is of another kind."))
        elif file.for_trainers and unit.audience == Audience.LEARNER:
            found.append(_("The file “%(name)s” is for trainers only.") % {"name": file.name})
    return found


def panel_accepted(version: ModuleVersion) -> list[str]:
    return _said(guards.panel_accepted(KIND, version.pk, stage=Review.Stage.INITIAL, since=version.state_since))


def panel_accepted_finally(version: ModuleVersion) -> list[str]:
    return _said(guards.panel_accepted(KIND, version.pk, stage=Review.Stage.FINAL, since=version.state_since))


def pilot_is_running(version: ModuleVersion) -> list[str]:
    return _said(guards.pilot_is_running(KIND, version.pk, released_at(version)))


def two_pilots_are_evaluated(version: ModuleVersion) -> list[str]:
    return _said(guards.two_pilots_are_evaluated(KIND, version.pk, released_at(version)))


def successor_passes(version: ModuleVersion) -> list[str]:
    newer = version.module.versions.filter(number__gt=version.number, state="panel_final").first()
    if newer is None:
        return [_("No newer version is ready to take its place.")]
    return panel_accepted_finally(newer)


GUARDS: dict[str, Callable[[ModuleVersion], list[str]]] = {
    guard.__name__: guard
    for guard in (
        has_authors,
        text_is_written,
        panel_accepted,
        panel_accepted_finally,
        pilot_is_running,
        two_pilots_are_evaluated,
        successor_passes,
    )
}


def _said(sentence: str) -> list[str]:
    return [sentence] if sentence else []


def obstacles(version: ModuleVersion, transition: Transition) -> list[str]:
    """What stands in the way of `transition`, in sentences; empty where nothing does. The state is not looked at."""
    return [problem for name in transition.guards for problem in GUARDS[name](version)]
