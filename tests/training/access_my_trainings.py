"""Who gets what from the pages on one's own trainings: everybody about oneself, and nobody about others."""

from tests.consistency.access import Row

#: A place of nobody who asks.
ANOTHERS = {"place": "0190a000-0000-7000-8000-000000000000"}

ACCESS = {
    "my-trainings": Row.of_person(),
    "my-trainings-cancel": Row.of_person(404),
    "my-trainings-answer": Row.of_person(404, method="post", data=ANOTHERS),
}
