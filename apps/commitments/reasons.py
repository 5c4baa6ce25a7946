"""Why municipalities do not adopt, give up, or stay with an earlier version: summed up for those who write.

In the programme's scope. Texts are shown without the municipality's name, and only where at least THRESHOLD
municipalities have decided so about a recommendation; fewer could be guessed.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from apps.commitments.models import Adoption
from apps.commitments.models.reasons import THRESHOLD as THRESHOLD
from apps.commitments.queries_adoption import titles_of
from apps.commitments.states import WITH_REASON, AdoptionState
from apps.recommendations.models import RecommendationVersion


@dataclass(slots=True)
class Reasons:
    """What has been said against one recommendation, over all its versions.

    against: municipalities that did not adopt it, gave it up, or stay with an earlier version; each counts once.
    kinds: how often each reason was chosen. texts: [(kind, text)], empty below THRESHOLD.
    """

    recommendation_id: UUID
    code: str
    title: str
    not_adopted: int = 0
    lapsed: int = 0
    kept: int = 0
    against: int = 0
    kinds: list[tuple[str, int]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def shows_texts(self) -> bool:
        """Whether enough municipalities have decided so for their words to be shown."""
        return self.against >= THRESHOLD


def by_recommendation() -> list[Reasons]:
    """The reasons by recommendation, in the order of their numbers; three queries. Programme scope."""
    rows = list(
        Adoption.objects.filter(state__in=WITH_REASON).select_related("version__recommendation", "municipality")
    )
    rows += list(
        Adoption.objects.exclude(kept_despite=None)
        .exclude(state__in=WITH_REASON)
        .select_related("version__recommendation", "municipality")
    )
    grouped: dict[UUID, list[Adoption]] = {}
    for row in sorted(rows, key=lambda row: row.version.recommendation.number):
        grouped.setdefault(row.version.recommendation_id, []).append(row)
    latest = {key: max(found, key=lambda row: row.version.number).version for key, found in grouped.items()}
    titles = titles_of({version.pk for version in latest.values()}) if latest else {}
    return [_summed_up(latest[key], titles[latest[key].pk], found) for key, found in grouped.items()]


def _summed_up(version: RecommendationVersion, title: str, rows: list[Adoption]) -> Reasons:
    made = Reasons(version.recommendation_id, version.recommendation.code, title)
    kinds: Counter[str] = Counter()
    texts: list[tuple[str, str]] = []
    for row in rows:
        ended = row.state in WITH_REASON
        made.not_adopted += row.state == AdoptionState.NOT_ADOPTED
        made.lapsed += row.state == AdoptionState.LAPSED
        made.kept += not ended
        kind = str(row.get_reason_kind_display()) if ended else _("Stays with an earlier version")
        kinds[kind] += 1
        texts.append((kind, _without_name(row.reason if ended else row.kept_because, row.municipality.name)))
    made.against = len({row.municipality_id for row in rows})
    made.kinds = sorted(kinds.items(), key=lambda entry: (-entry[1], entry[0]))
    made.texts = sorted(texts) if made.shows_texts else []
    return made


def _without_name(words: str, name: str) -> str:
    """The words without the municipality's own name, should it stand in them."""
    return re.sub(re.escape(name), _("[municipality]"), words, flags=re.IGNORECASE)
