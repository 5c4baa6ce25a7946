"""Who gets what from certificates: the person's own, the verification by everybody, revoking by the project team."""

from collections.abc import Mapping
from typing import Any

from tests.consistency.access import Row, World

NUMBER = "00000-00000-00000-00000-00000"


def another_persons(world: World) -> Mapping[str, Any]:
    return {"certificate_id": "01a00000-0000-7000-8000-000000000000"}


ACCESS = {
    "training-certificates": Row.of_person(),
    "training-certificate-issue": Row.of_person(303, method="post"),
    "training-certificate-pdf": Row.of_person(404, kwargs=another_persons),
    "training-certificate-revoke": Row.in_programme(),
    "training-verify": Row.for_all(),
    "training-verify-keys": Row.for_all(),
    "training-verify-number": Row.for_all(404, kwargs=lambda world: {"number": NUMBER}),
}
