"""The questionnaires, and the waves in which they are asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from apps.accounts.models import User
from apps.assessments.actions.waves import create_wave, invite_municipalities, open_wave
from apps.assessments.models import Profile, Wave
from apps.core import scope
from apps.demo.content.municipalities import MUNICIPALITIES, DemoMunicipality
from apps.demo.seeding.people import BASE_URL
from apps.instruments.actions import import_instrument, publish_version
from apps.instruments.models import InstrumentVersion, Workbook
from apps.municipalities.models import Municipality

LIBRARY = "apps/instruments/library"
#: The project's questionnaires: the assessment, the short one for small administrations, a module, the routine check.
WORKBOOKS = {
    "standard": "bedarfserhebung.xlsx",
    "basis": "basis.xlsx",
    "housing": "modul_wohnen.xlsx",
    "routines": "routinencheck.xlsx",
}


@dataclass(frozen=True)
class DemoWave:
    """A wave: its label and questionnaire, opening and deadline in days from the day of seeding."""

    label: str
    opens: int
    closes: int
    workbook: str = "standard"
    profile: str = Profile.STANDARD.value
    topic: str = ""
    evidence_required: bool = False
    then_test: bool = False

    def takes(self, place: DemoMunicipality) -> bool:
        """Does this municipality take part?"""
        if self.topic:
            return place.has_housing_module
        if self.profile == Profile.BASIS:
            return place.is_small
        return not place.is_small and (self.label == "T0" or place.second_share is not None)


#: By the name that the seeding uses. The first wave's deadline comes first: the cockpit opens on it.
WAVES = {
    "T0": DemoWave("T0", opens=-270, closes=26),
    "T1": DemoWave("T1", opens=-20, closes=160, evidence_required=True, then_test=True),
    "basis": DemoWave("T0", opens=-275, closes=75, workbook="basis", profile=Profile.BASIS.value),
    "housing": DemoWave("T0", opens=-10, closes=200, workbook="housing", topic="Wohnen"),
}


def seed_instruments(actor: User) -> dict[str, InstrumentVersion]:
    """The project's own questionnaires, published, by their keys; whatever version is there already is used."""
    versions: dict[str, InstrumentVersion] = {}
    with scope.enter(scope.programme()):
        stored = Workbook.objects.filter(
            filename__in=WORKBOOKS.values(), version__state=InstrumentVersion.State.PUBLISHED
        ).select_related("version")
        known = {workbook.filename: workbook.version for workbook in stored.order_by("created_at")}
        for key, filename in WORKBOOKS.items():
            versions[key] = known.get(filename) or _published(actor, filename)
    return versions


def _published(actor: User, filename: str) -> InstrumentVersion:
    content = (Path(settings.BASE_DIR) / LIBRARY / filename).read_bytes()
    return publish_version(actor=actor, version=import_instrument(actor=actor, content=content, filename=filename))


def seed_waves(
    actor: User, versions: Mapping[str, InstrumentVersion], municipalities: Mapping[str, Municipality]
) -> dict[str, Wave]:
    """All waves, open, each with those that take part in it."""
    waves = {}
    with scope.enter(scope.programme()):
        known = {(wave.label, wave.profile, wave.topic): wave for wave in Wave.objects.all()}
        for key, wanted in WAVES.items():
            wave = known.get((wanted.label, wanted.profile, wanted.topic))
            if wave is None:
                wave = _wave(actor, versions[wanted.workbook], wanted)
                takes_part = [municipalities[place.slug] for place in MUNICIPALITIES if wanted.takes(place)]
                invite_municipalities(actor=actor, wave=wave, municipalities=takes_part, base_url=BASE_URL)
            waves[key] = wave
    return waves


def _wave(actor: User, version: InstrumentVersion, demo_wave: DemoWave) -> Wave:
    today = timezone.localdate()
    wave = create_wave(
        actor=actor,
        label=demo_wave.label,
        instrument_version=version,
        profile=demo_wave.profile,
        topic=demo_wave.topic,
        opens_on=today + timedelta(days=demo_wave.opens),
        closes_on=today + timedelta(days=demo_wave.closes),
        evidence_required=demo_wave.evidence_required,
        then_test=demo_wave.then_test,
    )
    return open_wave(actor=actor, wave=wave)
