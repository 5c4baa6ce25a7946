from apps.municipalities.models.membership import Membership, Role
from apps.municipalities.models.municipality import Competence, Municipality, OrgUnit

__all__ = ["Competence", "Membership", "Municipality", "OrgUnit", "Role"]
