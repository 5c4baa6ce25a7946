"""Who gets what from the pages that belong to no app: everybody the same."""

from tests.consistency.access import Row

ACCESS = {
    "start": Row.for_all(),
    "accessibility": Row.for_all(),
    "privacy": Row.for_all(),
    "imprint": Row.for_all(),
    "easy-language": Row.for_all(),
    "help": Row.for_all(),
    "components": Row.for_all(),
    "health": Row.for_all(),
    "security-txt": Row.for_all(),
    "favicon": Row.for_all(302),
    "set_language": Row.for_all(302, method="post", data={"language": "en"}),
    "set-theme": Row.for_all(303, method="post", data={"theme": "dark"}),
}
