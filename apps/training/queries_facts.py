"""What other apps are told of the modules (apps.core.module_declaration)."""

from collections.abc import Mapping

from django.utils.translation import get_language

from apps.core.module_declaration import ModuleFact
from apps.reviews.lifecycle import State
from apps.training.models import Module, ModuleEdition
from apps.training.units import translated

_READ = (
    "key",
    "number",
    "dimension",
    "offered__title",
    "offered__words_en",
    "offered__version__state",
    "offered__version__shared_as_draft_at",
)


def module_facts() -> Mapping[str, ModuleFact]:
    """All modules by key, in the order of their numbers, titles in the language of the moment; one query."""
    language = (get_language() or "de").partition("-")[0]
    found = Module.objects.select_related("offered__version").only(*_READ).order_by("number")
    return {module.key: _fact(module, language) for module in found}


def _fact(module: Module, language: str) -> ModuleFact:
    text = module.offered
    return ModuleFact(
        key=module.key,
        number=module.number,
        dimension=module.dimension,
        title=_title(text, language) if text is not None else "",
        is_offered=text is not None,
        is_public=text is not None
        and (text.version.state == State.STANDARD or text.version.shared_as_draft_at is not None),
    )


def _title(text: ModuleEdition, language: str) -> str:
    return (translated(text.words_en, "title") if language == "en" else "") or text.title
