from apps.recommendations.models.contribution import MIN_CONTRIBUTIONS, Contribution, ContributionSummary
from apps.recommendations.models.recommendation import (
    Block,
    Edition,
    Effort,
    Recommendation,
    RecommendationVersion,
    Section,
    StateChange,
)
from apps.recommendations.models.round import (
    MAX_COMMENT,
    Agreement,
    BenchWord,
    Comment,
    Disposition,
    Participant,
    Round,
    SynopsisCopy,
)
from apps.recommendations.models.rule import MappingRule
from apps.recommendations.models.team import Expense, SectionCheckout, TeamMember

__all__ = [
    "MAX_COMMENT",
    "MIN_CONTRIBUTIONS",
    "Agreement",
    "BenchWord",
    "Block",
    "Comment",
    "Contribution",
    "ContributionSummary",
    "Disposition",
    "Edition",
    "Effort",
    "Expense",
    "MappingRule",
    "Participant",
    "Recommendation",
    "RecommendationVersion",
    "Round",
    "Section",
    "SectionCheckout",
    "StateChange",
    "SynopsisCopy",
    "TeamMember",
]
