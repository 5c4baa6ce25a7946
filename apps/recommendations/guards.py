"""What must be true before a version takes a step: the guards that apps.reviews.lifecycle names.

Each looks at the database as it is and returns a sentence saying what is missing, or "".
"""

from collections.abc import Callable

from django.utils.translation import gettext as _

from apps.accounts.models import Bench
from apps.recommendations.models import Comment, RecommendationVersion, Round, Section, SectionCheckout, TeamMember
from apps.recommendations.queries import current_edition, released_at
from apps.reviews import guards
from apps.reviews.lifecycle import Transition
from apps.reviews.models import Review

KIND = "recommendation"
#: Sections without which a text is not complete.
REQUIRED_SECTIONS = (Section.PROBLEM, Section.GOAL, Section.STEPS, Section.LAW)


def team_of_all_benches(version: RecommendationVersion) -> str:
    present = set(
        TeamMember.objects.filter(
            recommendation=version.recommendation_id, left_at=None, role__ended_at=None
        ).values_list("role__bench", flat=True)
    )
    missing = [str(bench.label) for bench in Bench if bench.value not in present]
    return _("The writing team has nobody from: %(benches)s.") % {"benches": ", ".join(missing)} if missing else ""


def text_is_written(version: RecommendationVersion) -> str:
    edition = current_edition(version)
    written = set(edition.blocks.values_list("section", flat=True).distinct())
    missing = [str(section.label) for section in REQUIRED_SECTIONS if section.value not in written]
    if missing:
        return _("These parts are still empty: %(parts)s.") % {"parts": ", ".join(missing)}
    return "" if edition.items else _("It does not say yet which items it answers.")


def nothing_checked_out(version: RecommendationVersion) -> str:
    held = SectionCheckout.objects.filter(edition__version=version)
    parts = [str(Section(checkout.section).label) for checkout in held]
    return _("Somebody is still working on: %(parts)s.") % {"parts": ", ".join(parts)} if parts else ""


def _round(version: RecommendationVersion) -> Round:
    return version.rounds.get(state=Round.State.OPEN)


def benches_have_spoken(version: RecommendationVersion) -> str:
    spoken = set(_round(version).bench_words.values_list("bench", flat=True))
    missing = [str(bench.label) for bench in Bench if bench.value not in spoken]
    if not missing:
        return ""
    return _("These benches have neither spoken nor abstained: %(benches)s.") % {"benches": ", ".join(missing)}


def comments_are_answered(version: RecommendationVersion) -> str:
    waiting = (
        _round(version)
        .comments.exclude(kind=Comment.Kind.REPLY)
        .filter(withdrawn_at=None, disposition__isnull=True)
        .count()
    )
    return _("Comments without a disposition: %(number)s.") % {"number": waiting} if waiting else ""


def round_was_closed(version: RecommendationVersion) -> str:
    closed = version.rounds.filter(state=Round.State.CLOSED).exists()
    return "" if closed else _("No round has been closed yet.")


def panel_accepted(version: RecommendationVersion) -> str:
    return guards.panel_accepted(KIND, version.pk, stage=Review.Stage.INITIAL, since=version.state_since)


def panel_accepted_finally(version: RecommendationVersion) -> str:
    return guards.panel_accepted(KIND, version.pk, stage=Review.Stage.FINAL, since=version.state_since)


def pilot_is_running(version: RecommendationVersion) -> str:
    return guards.pilot_is_running(KIND, version.pk, released_at(version))


def two_pilots_are_evaluated(version: RecommendationVersion) -> str:
    return guards.two_pilots_are_evaluated(KIND, version.pk, released_at(version))


def successor_passes(version: RecommendationVersion) -> str:
    newer = version.recommendation.versions.filter(number__gt=version.number, state="panel_final").first()
    if newer is None:
        return _("No newer version is ready to take its place.")
    return panel_accepted_finally(newer)


GUARDS: dict[str, Callable[[RecommendationVersion], str]] = {
    guard.__name__: guard
    for guard in (
        team_of_all_benches,
        text_is_written,
        nothing_checked_out,
        benches_have_spoken,
        comments_are_answered,
        round_was_closed,
        panel_accepted,
        panel_accepted_finally,
        pilot_is_running,
        two_pilots_are_evaluated,
        successor_passes,
    )
}


def obstacles(version: RecommendationVersion, transition: Transition) -> list[str]:
    """What stands in the way of `transition`, in sentences; empty where nothing does. The state is not looked at."""
    return [problem for name in transition.guards if (problem := GUARDS[name](version))]
