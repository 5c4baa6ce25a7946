"""What this app tells the training app: why a municipality is suggested which modules."""

from apps.core.module_declaration import ModuleReason
from apps.municipalities.models import Municipality
from apps.recommendations.pages_suggestions import because
from apps.recommendations.queries_suggestions import needs_with_modules


def suggested(municipality: Municipality) -> list[ModuleReason]:
    """Each need with each module that a rule names for it, once, the most pressing first. In the municipality's scope.

    The reasons are in the language of the moment.
    """
    found = [
        ModuleReason(
            module=reason.rule.module,
            dimension=reason.need.dimension,
            because=because(reason.need),
            is_signed=reason.need.assessment_id is not None,
        )
        for reason in needs_with_modules(municipality)
    ]
    return list(dict.fromkeys(found))
