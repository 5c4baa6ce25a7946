"""Reading the chains of a municipality, in its scope. The number of queries does not depend on that of the needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.assessments import queries
from apps.assessments.models import Answer, Assessment, EvidenceUse, Need, RoutineCheck
from apps.assessments.models.department import is_undecided
from apps.assessments.queries_needs import SIGNED, OpenNeed
from apps.assessments.queries_previous import SAME, ties_between
from apps.assessments.questionnaire import Reading
from apps.commitments.chain import (
    Chain,
    Comparability,
    MeasureLink,
    NeedFound,
    RecommendationLink,
    TrainingLink,
    WaveLevel,
)
from apps.commitments.models import Adoption, AdoptionNeed, Measure, MeasureNeed
from apps.core import module_declaration
from apps.core.module_declaration import ModuleFact
from apps.instruments.definition import Form, localized
from apps.instruments.scoring import Special
from apps.municipalities.models import Municipality
from apps.recommendations import modules
from apps.recommendations.models import Edition, MappingRule
from apps.recommendations.queries_reading import readable_by_municipalities
from apps.recommendations.queries_rules import plain, rules
from apps.training.queries_catalogue import Upcoming, upcoming_by_key


@dataclass(frozen=True)
class SignedWave:
    """A signed assessment with the reading of its answers."""

    assessment: Assessment
    reading: Reading

    @property
    def version_id(self) -> UUID:
        return self.assessment.wave.instrument_version_id

    @cached_property
    def answers(self) -> Mapping[str, int | str]:
        """By item: its level or special answer; items that were not asked are "filtered"."""
        return {
            item.name: item.answer if isinstance(item.answer, int) else str(item.answer)
            for item in self.reading.scored()
            if item.competence_held and item.answer != Special.UNANSWERED
        }


def signed_waves(*, language: str = "") -> list[SignedWave]:
    """All signed assessments of the municipality, modules too, the earliest wave first; two queries."""
    assessments = list(
        Assessment.objects.filter(state__in=SIGNED)
        .select_related("wave__instrument_version__instrument", "municipality")
        .order_by("wave__opens_on", "signed_off_at")
    )
    uses = EvidenceUse.objects.filter(assessment=OuterRef("assessment"), item=OuterRef("item"))
    rows: QuerySet[Answer] = (
        Answer.objects.filter(assessment__in=assessments)
        .annotate(is_proven=Exists(uses), is_undecided=is_undecided())
        .order_by()
    )
    answers: dict[UUID, dict[str, Answer]] = {assessment.pk: {} for assessment in assessments}
    versions = {assessment.pk: assessment.wave.instrument_version_id for assessment in assessments}
    for row in rows if assessments else ():
        answers[row.assessment_id][queries.item_names(versions[row.assessment_id])[row.item_id]] = row
    return [
        SignedWave(assessment, queries.reading_of(assessment, answers[assessment.pk], language=language))
        for assessment in assessments
    ]


_NEED_FIELDS = (
    *(field.attname for field in Need._meta.concrete_fields),
    *("item__name", "item__label", "item__version_id", "routine_check__routine__name"),
)
Place = tuple[UUID, str]
"""An item: version of the questionnaire, name in it."""


@dataclass(frozen=True)
class Lineage:
    """Waves by the same questionnaire and topic, the earliest first: which items of them are the same one."""

    waves: Sequence[SignedWave]

    def newest(self, version_id: UUID, name: str) -> Place:
        """The last item that an item has become."""
        for wave in reversed(self.waves):
            if wave.version_id == version_id:
                break
            for later, (earlier, _tie) in ties_between(wave.version_id, version_id).items():
                if earlier == name:
                    return wave.version_id, later
        return version_id, name

    def levels(self, place: Place) -> list[WaveLevel]:
        """The item in all waves that asked it, up to the version that `place` names; ties to the wave before."""
        version_id, name = place
        found: list[WaveLevel] = []
        before: Place | None = None
        last = max(number for number, wave in enumerate(self.waves) if wave.version_id == version_id)
        for wave in self.waves[: last + 1]:
            ties = ties_between(version_id, wave.version_id)
            earlier = ties[name][0] if name in ties else ""
            if earlier not in wave.answers:
                continue
            here = (wave.version_id, earlier)
            found.append(
                WaveLevel(
                    assessment_id=wave.assessment.pk,
                    wave=wave.assessment.wave.label,
                    signed_on=timezone.localdate(wave.assessment.signed_off_at),
                    answer=wave.answers[earlier],
                    comparability=_tie(here, before),
                )
            )
            before = here
        return found


def _tie(here: Place, before: Place | None) -> str:
    if before is None:
        return Comparability.FIRST
    ties = ties_between(here[0], before[0])
    same = here[1] in ties and ties[here[1]][1] == SAME
    return Comparability.SAME if same else Comparability.COMPARABLE


def lineages(waves: Iterable[SignedWave]) -> dict[tuple[UUID, str], Lineage]:
    """The waves by questionnaire and topic."""
    grouped: dict[tuple[UUID, str], list[SignedWave]] = {}
    for wave in waves:
        grouped.setdefault(_group(wave.assessment), []).append(wave)
    return {key: Lineage(found) for key, found in grouped.items()}


def _group(assessment: Assessment) -> tuple[UUID, str]:
    return assessment.wave.instrument_version.instrument_id, assessment.wave.topic


# --- The chains -----------------------------------------------------------------------------------------------------


@dataclass
class _Gathered:
    """The needs of one chain, before anything is hung on it."""

    needs: list[Need] = field(default_factory=list)
    levels: list[WaveLevel] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        """Whether the last wave, or the check of the routine, still finds it: only then something is suggested."""
        last = self.needs[-1]
        return last.lapsed_at is None and (not self.levels or last.assessment_id == self.levels[-1].assessment_id)


@dataclass(frozen=True)
class _Links:
    """What hangs on needs, loaded for all of them."""

    adoption_needs: Mapping[UUID, list[AdoptionNeed]]
    by_need: Mapping[UUID, list[Measure]]
    by_adoption: Mapping[UUID, list[Measure]]

    def any_of(self, need: Need) -> bool:
        return need.pk in self.adoption_needs or need.pk in self.by_need


def chains(municipality: Municipality, *, language: str = "de") -> list[Chain]:
    """All chains of the municipality of the scope, by field of action and item; those of routines last."""
    waves = signed_waves(language=language)
    ways = lineages(waves)
    links = _links()
    rows = [need for need in _needs(waves) if need.lapsed_at is None or links.any_of(need)]
    gathered = _gather(rows, ways)
    table = list(rules())
    fitting = {key: _fitting(found, table, municipality, links) for key, found in gathered.items()}
    adopted = [entry.adoption for entries in links.adoption_needs.values() for entry in entries]
    texts = _texts({rule.recommendation_id for found in fitting.values() for rule in found}, adopted)
    training = _trainings(municipality)
    forms = {wave.version_id: wave.reading.questionnaire.form for wave in waves}
    found = [
        _chain(gathered[key], fitting[key], links, texts, training, _words(gathered[key].needs[-1], forms, language))
        for key in gathered
    ]
    return sorted(found, key=lambda chain: (chain.dimension is None, chain.dimension or 0, _order(chain.number)))


def _needs(waves: Sequence[SignedWave]) -> list[Need]:
    """The needs of signed assessments by wave, and those of completed routine checks; `instrument`: of the item.

    What is large in items and questionnaires stays where it is: the forms have been read already.
    """
    places = {wave.assessment.pk: (number, wave.assessment) for number, wave in enumerate(waves)}
    rows = list(
        Need.objects.filter(Q(assessment__in=list(places)) | Q(routine_check__state=RoutineCheck.State.COMPLETED))
        .select_related("item", "routine_check__routine")
        .annotate(instrument=F("item__version__instrument__key"))
        .only(*_NEED_FIELDS)
    )
    for need in rows:
        if need.assessment_id is not None:
            need.assessment = places[need.assessment_id][1]
    return sorted(rows, key=lambda need: (places[need.assessment_id][0] if need.assessment else -1, need.created_at))


def _gather(rows: Iterable[Need], ways: Mapping[tuple[UUID, str], Lineage]) -> dict[object, _Gathered]:
    """The needs of each item through all waves together; a need of a routine by itself."""
    found: dict[object, _Gathered] = {}
    for need in rows:
        if need.assessment is None:
            found[need.pk] = _Gathered([need])
            continue
        way = ways[_group(need.assessment)]
        place = way.newest(need.item.version_id, need.item.name)
        if place not in found:
            found[place] = _Gathered(levels=way.levels(place))
        found[place].needs.append(need)
    return found


def _links() -> _Links:
    adoption_needs: dict[UUID, list[AdoptionNeed]] = {}
    for entry in AdoptionNeed.objects.select_related("adoption__version__recommendation"):
        adoption_needs.setdefault(entry.need_id, []).append(entry)
    by_need: dict[UUID, list[Measure]] = {}
    by_adoption: dict[UUID, list[Measure]] = {}
    named = Prefetch("needs", queryset=MeasureNeed.objects.all(), to_attr="named_needs")
    for measure in Measure.objects.select_related("org_unit").prefetch_related(named).order_by("number"):
        for entry in measure.named_needs:
            by_need.setdefault(entry.need_id, []).append(measure)
        if measure.adoption_id is not None:
            by_adoption.setdefault(measure.adoption_id, []).append(measure)
    return _Links(adoption_needs, by_need, by_adoption)


def _fitting(
    gathered: _Gathered, table: Iterable[MappingRule], municipality: Municipality, links: _Links
) -> list[MappingRule]:
    """The rules that answer a need, the most pressing first; of one found no longer, those that were followed."""
    need = gathered.needs[-1]
    seen = OpenNeed(
        need_id=need.pk,
        municipality_id=municipality.pk,
        kind=need.kind,
        item=need.item.name,
        instrument=need.instrument,  # type: ignore[attr-defined]  # of _needs
        version_id=need.item.version_id,
        dimension=need.dimension,
        level=need.level,
        target=need.target,
        weight=need.weight,
        priority=need.priority,
        assessment_id=need.assessment_id,
        routine_check_id=need.routine_check_id,
    )
    profile = need.assessment.wave.profile if need.assessment is not None else ""
    competences = queries.competences_of(municipality)
    found = [row for row in table if plain(row).fits(seen, competences=competences, profile=profile)]
    if not gathered.stands:
        entries = [entry for row in gathered.needs for entry in links.adoption_needs.get(row.pk, ())]
        followed = {entry.adoption.version.recommendation_id for entry in entries}
        found = [row for row in found if row.recommendation_id in followed]
    return sorted(found, key=lambda row: row.priority)


def _texts(suggested: Iterable[UUID | None], adopted: Iterable[Adoption]) -> dict[UUID, list[Edition]]:
    """By recommendation: the texts of its versions that can be read here or were adopted, the newest version first."""
    readable = readable_by_municipalities().filter(recommendation__in=[key for key in suggested if key])
    rows = (
        Edition.objects.filter(
            Q(version__in=readable.values("pk")) | Q(version__in=[adoption.version_id for adoption in adopted])
        )
        .select_related("version__recommendation")
        .order_by("version_id", F("frozen_at").desc(nulls_last=True), "-number")
        .distinct("version_id")
    )
    found: dict[UUID, list[Edition]] = {}
    for row in sorted(rows, key=lambda row: -row.version.number):
        found.setdefault(row.version.recommendation_id, []).append(row)
    return found


def _words(need: Need, forms: Mapping[UUID, Form], language: str) -> tuple[str, str]:
    """Number and wording of a need's item."""
    form = forms.get(need.item.version_id)
    if form is None:
        return need.item.name, localized(need.item.label, language, "de")
    item = form.items[need.item.name]
    return item.number or item.name, localized(item.label, language, "de")


def _chain(
    gathered: _Gathered,
    fitting: Sequence[MappingRule],
    links: _Links,
    texts: Mapping[UUID, list[Edition]],
    training: "_Trainings",
    words: tuple[str, str],
) -> Chain:
    last = gathered.needs[-1]
    number, label = words
    adopted = {
        entry.adoption.version.recommendation_id: entry
        for need in gathered.needs
        for entry in links.adoption_needs.get(need.pk, ())
    }
    recommendations = _recommendations(number, last, fitting, adopted, texts)
    check = last.routine_check
    return Chain(
        number=number,
        label=label,
        dimension=last.dimension,
        target=last.target,
        needs=tuple(
            NeedFound(need.pk, need.assessment_id, need.priority, need.lapsed_at is not None) for need in gathered.needs
        ),
        routine=check.routine.name if check is not None else "",
        recommendations=tuple(recommendations),
        measures=tuple(_measures(gathered.needs, adopted.values(), links)),
        training=tuple(_training(fitting, recommendations, texts, training)),
        levels=tuple(gathered.levels),
    )


def _recommendations(
    number: str,
    need: Need,
    fitting: Iterable[MappingRule],
    adopted: Mapping[UUID, AdoptionNeed],
    texts: Mapping[UUID, list[Edition]],
) -> list[RecommendationLink]:
    """Those adopted first, then those that rules suggest."""
    found = []
    suggested = {row.recommendation_id: row for row in fitting if row.recommendation_id is not None}
    for key in dict.fromkeys([*adopted, *suggested]):
        entry, row = adopted.get(key), suggested.get(key)
        recommendation = entry.adoption.version.recommendation if entry else row.recommendation if row else None
        assert recommendation is not None  # one of the two names it
        chosen = _text(texts.get(key, ()), entry.adoption if entry else None)
        found.append(
            RecommendationLink(
                recommendation_id=key,
                code=recommendation.code,
                title=chosen.title if chosen else "",
                because=entry.because if entry else _because(number, need, row),
                suggested=row is not None,
                version_id=chosen.version_id if chosen else None,
                adoption=entry.adoption if entry else None,
            )
        )
    return found


def _because(number: str, need: Need, rule: MappingRule | None) -> str:
    values = {"number": number, "level": need.level, "target": need.target}
    if need.kind == Need.Kind.ROUTINE:
        return _("because a routine check did not answer item %(number)s with yes") % values
    if need.level is None:
        return _("because nothing is known about item %(number)s, target %(target)s") % values
    text = _("because item %(number)s stands at level %(level)s, target %(target)s") % values
    if rule is not None:
        text += " " + _("(rule: up to level %(threshold)s)") % {"threshold": rule.threshold}
    return text


def _text(texts: Iterable[Edition], adoption: Adoption | None) -> Edition | None:
    """The text of the adopted version, else of the standard, else of the newest."""
    found = list(texts)
    if adoption is not None:
        return next((text for text in found if text.version_id == adoption.version_id), None)
    return next((text for text in found if text.version.state == "standard"), found[0] if found else None)


def _measures(needs: Iterable[Need], adopted: Iterable[AdoptionNeed], links: _Links) -> list[MeasureLink]:
    """Measures that name one of the needs, then those of the adoptions."""
    found: dict[UUID, MeasureLink] = {}
    codes = {entry.adoption_id: entry.adoption.version.recommendation.code for entry in adopted}
    for need in needs:
        for measure in links.by_need.get(need.pk, ()):
            code = codes.get(measure.adoption_id, "") if measure.adoption_id is not None else ""
            found.setdefault(measure.pk, MeasureLink(measure, code))
    for key, code in codes.items():
        for measure in links.by_adoption.get(key, ()):
            found.setdefault(measure.pk, MeasureLink(measure, code))
    return list(found.values())


def _training(
    fitting: Iterable[MappingRule],
    recommendations: Iterable[RecommendationLink],
    texts: Mapping[UUID, list[Edition]],
    training: "_Trainings",
) -> list[TrainingLink]:
    """Modules that the rules name, and those that the texts of adopted recommendations name."""
    keys = [row.module for row in fitting if row.module]
    for link in recommendations:
        if link.adoption is not None:
            chosen = _text(texts.get(link.recommendation_id, ()), link.adoption)
            keys += [str(key) for key in (chosen.training if chosen else ())]
    return [training.link(module) for module in modules.named(keys, training.existing)]


@dataclass(frozen=True)
class _Trainings:
    """The modules there are, and the sessions of them that are open to the municipality, by key."""

    existing: Mapping[str, ModuleFact]
    coming: Mapping[str, Upcoming]

    def link(self, module: modules.NamedModule) -> TrainingLink:
        if not module.is_offered:
            return TrainingLink(module.key, module.title, state=str(module.state))
        found = self.coming.get(module.key, Upcoming(0, None))
        first = timezone.localdate(found.first) if found.first else None
        return TrainingLink(module.key, module.title, is_offered=True, sessions=found.number, next_on=first)


def _trainings(municipality: Municipality) -> _Trainings:
    """Two queries."""
    return _Trainings(module_declaration.modules(), upcoming_by_key(municipality))


def _order(number: str) -> list[tuple[int, str]]:
    """Numbers as people count: 2.10 after 2.9."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in number.split(".")]
