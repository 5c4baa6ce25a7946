"""Fill the database with the demo programme, once; prints the sign-ins."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.demo.content.municipalities import MUNICIPALITIES, PROJECT_DOMAIN, PROJECT_STAFF, address, address_of
from apps.demo.seeding import PASSWORD, seed


class Command(BaseCommand):
    help = "Seed the demo programme: ten fictional municipalities. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo programme belongs into a demo: settings.DEMO is off.")
        seed(self.stderr.write if options["verbosity"] > 1 else lambda text: None)
        first, last, _is_admin = PROJECT_STAFF[0]
        self.stdout.write(f"Password of everybody: {PASSWORD}")
        self.stdout.write(f"  {'project team':<12} {address(first, last, PROJECT_DOMAIN)}")
        for person in MUNICIPALITIES[0].people:
            self.stdout.write(f"  {person.role:<12} {address_of(person)}  ({MUNICIPALITIES[0].name})")
