"""Who gets what from the calendar of one's own trainings; the feed's token decides, and this one is nobody's."""

from tests.consistency.access import Row

ACCESS = {
    "trainings-calendar": Row.of_person(),
    "trainings-calendar-address": Row.of_person(method="post"),
    "trainings-calendar-revoke": Row.of_person(303, method="post"),
    "trainings-calendar-titles": Row.of_person(303, method="post"),
    "trainings-calendar-feed": Row.for_all(404, kwargs=lambda world: {"token": "unbekannt"}),
}
