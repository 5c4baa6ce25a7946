"""Training modules and what suggests them: two apps that do not know each other say so here.

    provide_modules(module_facts)         # the app that keeps the modules
    provide_suggestions(suggested)        # the app that keeps the rules from needs to modules

Rules, texts and chains name a module by its key, which may be planned and not written yet. Each provider is given once,
when its app is ready.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ModuleFact:
    """A module that exists. title: of the text that is offered, in the language of the moment; "" while none is.

    is_offered: municipalities find it in their catalogue. is_public: everybody finds it.
    """

    key: str
    number: int
    dimension: int
    title: str
    is_offered: bool
    is_public: bool

    @property
    def code(self) -> str:
        """The stable number as people quote it: KfA-M 3."""
        return f"KfA-M {self.number}"


@dataclass(frozen=True, slots=True)
class ModuleReason:
    """Why a module is suggested to a municipality: a need in a field of action, and a sentence that says which.

    dimension: None where the need belongs to none. is_signed: the need stands in a signed assessment; otherwise it was
    found by a check that only some people know of.
    """

    module: str
    dimension: int | None
    because: str
    is_signed: bool


ModuleProvider = Callable[[], Mapping[str, ModuleFact]]
SuggestionProvider = Callable[[Any], Sequence[ModuleReason]]

_modules: list[ModuleProvider] = []
_suggestions: list[SuggestionProvider] = []


def provide_modules(provider: ModuleProvider) -> None:
    """Say which modules exist, by key; called once, by the app that keeps them."""
    _modules[:] = [provider]


def provide_suggestions(provider: SuggestionProvider) -> None:
    """Say why modules are suggested to a municipality; called once, by the app that keeps the rules."""
    _suggestions[:] = [provider]


def modules() -> Mapping[str, ModuleFact]:
    """The modules that exist, by key, in the order of their numbers; none where no app keeps modules. One query."""
    return _modules[0]() if _modules else {}


def suggestions(municipality: Any) -> Sequence[ModuleReason]:
    """Why modules are suggested to a municipality, the most pressing reason first. In the municipality's scope."""
    return _suggestions[0](municipality) if _suggestions else ()
