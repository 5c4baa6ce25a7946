"""Who sees suggestions, who keeps the rules."""

from collections.abc import Mapping
from typing import Any

from apps.core import scope
from tests.consistency.access import Row, World
from tests.recommendations.factories import recommendation
from tests.recommendations.rule_factories import PROBE, questionnaire, stored


def one_rule(world: World) -> Mapping[str, Any]:
    with scope.enter(scope.programme()):
        questionnaire({"d5_03": 3})
        number = recommendation().recommendation.number
        return {"rule_id": stored(world.people["staff"], recommendation=number).pk}


def nothing_valid(world: World) -> Mapping[str, Any]:
    with scope.enter(scope.programme()):
        questionnaire({"d5_03": 3})
    return {}


RULE = {"place": f"{PROBE}:d5_03", "threshold": "9"}

ACCESS = {
    "recommendations-suggestions": Row.in_municipality(all_roles=200, employee=403),
    "rules-list": Row.in_programme(),
    "rules-add": Row.in_programme(staff=422, method="post", kwargs=nothing_valid, data=RULE),
    "rules-change": Row.in_programme(kwargs=one_rule),
    "rules-delete": Row.in_programme(staff=303, method="post", kwargs=one_rule),
    "rules-export": Row.in_programme(),
    "rules-import": Row.in_programme(),
    "rules-import-apply": Row.in_programme(staff=303, method="post", data={"offer": "made:up"}),
    "coverage": Row.in_programme(),
    "coverage-export": Row.in_programme(),
}
