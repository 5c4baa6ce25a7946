"""The questionnaire, and the two waves in which it is asked."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from apps.accounts.models import User
from apps.assessments.actions.waves import create_wave, invite_municipalities, open_wave
from apps.assessments.models import Profile, Wave
from apps.core import scope
from apps.demo.content.municipalities import MUNICIPALITIES
from apps.demo.seeding.people import BASE_URL
from apps.instruments.actions import import_instrument, publish_version
from apps.instruments.models import InstrumentVersion, Workbook
from apps.municipalities.models import Municipality

WORKBOOK = "apps/instruments/library/bedarfserhebung.xlsx"


@dataclass(frozen=True)
class DemoWave:
    """A wave: its label, and opening and deadline in days from the day of seeding."""

    label: str
    opens: int
    closes: int


FIRST = DemoWave("T0", opens=-270, closes=26)
SECOND = DemoWave("T1", opens=-20, closes=160)


def seed_instrument(actor: User) -> InstrumentVersion:
    """The project's own questionnaire, published; whatever version of it is there already is used."""
    path = Path(settings.BASE_DIR) / WORKBOOK
    with scope.enter(scope.programme()):
        known = Workbook.objects.filter(filename=path.name, version__state=InstrumentVersion.State.PUBLISHED)
        stored = known.select_related("version").order_by("-created_at").first()
        if stored is not None:
            return stored.version
        version = import_instrument(actor=actor, content=path.read_bytes(), filename=path.name)
        return publish_version(actor=actor, version=version)


def seed_waves(actor: User, version: InstrumentVersion, municipalities: dict[str, Municipality]) -> dict[str, Wave]:
    """Both waves, open; all municipalities take part in the first, those that signed it in the second."""
    waves = {}
    with scope.enter(scope.programme()):
        for demo_wave in (FIRST, SECOND):
            wave = Wave.objects.filter(label=demo_wave.label, profile=Profile.STANDARD).first()
            if wave is None:
                wave = _wave(actor, version, demo_wave)
                takes_part = [
                    municipalities[place.slug]
                    for place in MUNICIPALITIES
                    if demo_wave == FIRST or place.second_share is not None
                ]
                invite_municipalities(actor=actor, wave=wave, municipalities=takes_part, base_url=BASE_URL)
            waves[demo_wave.label] = wave
    return waves


def _wave(actor: User, version: InstrumentVersion, demo_wave: DemoWave) -> Wave:
    today = timezone.localdate()
    wave = create_wave(
        actor=actor,
        label=demo_wave.label,
        instrument_version=version,
        profile=Profile.STANDARD,
        opens_on=today + timedelta(days=demo_wave.opens),
        closes_on=today + timedelta(days=demo_wave.closes),
        evidence_required=False,
    )
    return open_wave(actor=actor, wave=wave)
