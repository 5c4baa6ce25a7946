"""The demo of the browser tests served once more, with a worker behind it and its mails at hand: a training's way."""

import email
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import psycopg

from tests.e2e.demo_server import ROOT, _served, of_database
from tests.e2e.path_site import SECONDS_FOR_A_TASK, working

#: The mail backend writes this line below each mail.
BELOW_A_MAIL = b"-" * 79
#: The date is on; it has been over for days.
IS_ON, IS_OVER = ("-10 minutes", "110 minutes"), ("-2 days -2 hours", "-2 days")


@dataclass(frozen=True)
class Site:
    """A web server and a worker on the demo's database, the people on the way, and where mails arrive.

    sessions, addresses: of the people, by the name that the test calls them. training: key of the full session.
    """

    address: str
    database: str
    mails: Path
    sessions: dict[str, str]
    addresses: dict[str, str]
    training: str

    def mail(self, who: str, subject: str) -> EmailMessage:
        """The one mail with these words in its subject that has arrived at `who`, once the worker has sent it."""
        ends = time.monotonic() + SECONDS_FOR_A_TASK
        while not (found := [mail for mail in self._arrived(who) if subject in mail["Subject"]]):
            assert time.monotonic() < ends, [mail["Subject"] for mail in self._arrived(who)]
            time.sleep(0.1)
        assert len(found) == 1
        return found[0]

    def let_pass(self, until: tuple[str, str]) -> None:
        """What takes weeks takes a moment here: the session's date moves to (begins, ends), seen from now."""
        begins, ends = until
        with psycopg.connect(self.database) as connection:
            connection.execute(
                """UPDATE training_session SET enrol_until = enrol_until - interval '60 days',
                   cancel_until = cancel_until - interval '60 days' WHERE id = %s""",
                [self.training],
            )
            connection.execute(
                """UPDATE training_sessiondate SET starts_at = now() + %s::interval, ends_at = now() + %s::interval
                   WHERE session_id = %s""",
                [begins, ends, self.training],
            )

    def _arrived(self, who: str) -> list[EmailMessage]:
        found = []
        for path in sorted(self.mails.glob("*.log")):
            text, line, _rest = path.read_bytes().partition(BELOW_A_MAIL)
            mail = email.message_from_bytes(text, policy=default)
            if line and self.addresses[who] in mail["To"]:
                found.append(mail)
        return found


@contextmanager
def served_with_mails(name: str, folder: Path) -> Iterator[Site]:
    """The demo's database `name` with the people on the way; logs and mails go to `folder`."""
    urls, mails = of_database(name), folder / "mails"
    mails.mkdir()
    env = {**os.environ, **urls, "DJANGO_SETTINGS_MODULE": "tests.e2e.training_path_settings", "PYTHONPATH": str(ROOT)}
    env |= {"KFA_TEST_QUEUE": f"{name}-training", "KFA_TEST_MAILS": str(mails)}
    command = [sys.executable, "-m", "tests.e2e.prepare_training_path"]
    prepared = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, check=True)
    with _served(env, folder / "web.log") as address, working(env, folder / "worker.log"):
        yield Site(address=address, database=urls["DATABASE_OWNER_URL"], mails=mails, **json.loads(prepared.stdout))
