"""Who gets what from the composed pages."""

from tests.consistency.access import Row

ACCESS = {
    "dashboard-municipality": Row.in_municipality(all_roles=200),
    "dashboard-cockpit": Row.in_programme(),
    "programme-home": Row.in_programme(),
}
