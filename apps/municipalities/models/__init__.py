from apps.municipalities.models.invitation import Invitation
from apps.municipalities.models.membership import Membership, Role
from apps.municipalities.models.municipality import Competence, Municipality, OrgUnit
from apps.municipalities.models.single_sign_on import SingleSignOn
from apps.municipalities.models.territory import (
    MunicipalityTerritory,
    Territory,
    TerritoryChange,
    TerritoryImport,
    TerritorySuccession,
)

__all__ = [
    "Competence",
    "Invitation",
    "Membership",
    "Municipality",
    "MunicipalityTerritory",
    "OrgUnit",
    "Role",
    "SingleSignOn",
    "Territory",
    "TerritoryChange",
    "TerritoryImport",
    "TerritorySuccession",
]
