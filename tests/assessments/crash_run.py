"""Twenty people answer one assessment while PostgreSQL is killed and started again; run as a program of its own.

    python -m tests.assessments.crash_run DIRECTORY

It brings its own PostgreSQL, because the tests' one is nobody's to kill, and prints its findings as JSON.
Each writer owns three items and gives each a growing sequence of notes, one at a time. A write is acknowledged when
the action returns. After an error the writer repeats the same write until it is acknowledged, as a browser would.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

WRITERS = 20
WRITES_EACH = 12
KILL_AFTER = WRITERS * WRITES_EACH // 3


def run(directory: Path) -> dict[str, Any]:
    """Findings: acknowledged writes, errors met, kills, and what the database holds against the writers' books."""
    from config import embedded

    with embedded.cluster(directory, durable=True) as services:
        os.environ.update(services.env())
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", database="owner", verbosity=0)
        return write_and_crash(services)


def write_and_crash(services: Any) -> dict[str, Any]:
    from django.db import DatabaseError, connections

    from apps.assessments import queries
    from apps.assessments.models import Answer
    from apps.core import scope
    from tests.assessments import factories
    from tests.factories import MunicipalityFactory, member

    municipality = MunicipalityFactory()
    assessment = factories.started(municipality)
    in_it = scope.municipality(municipality)
    with scope.enter(in_it):
        form = queries.questionnaire_of(queries.assessments().get(pk=assessment.pk)).form
    items = [item.name for item in form.level_items if not item.competence][: WRITERS * 2]
    people = [member(municipality) for _ in range(WRITERS)]
    book: dict[str, int] = dict.fromkeys(items, 0)
    acknowledged = errors = 0
    counting = threading.Lock()
    halfway = threading.Event()

    def write(number: int) -> None:
        nonlocal acknowledged, errors
        mine = items[number * 2 : number * 2 + 2]
        for turn in range(1, WRITES_EACH + 1):
            for name in mine:
                while True:
                    try:
                        entry = {name: str(turn % 5)}
                        factories.save(assessment, entry, actor=people[number], note=f"{number}-{turn}")
                    except DatabaseError:
                        with counting:
                            errors += 1
                        connections.close_all()
                        time.sleep(0.1)
                        continue
                    break
                with counting:
                    book[name] = turn
                    acknowledged += 1
                    if acknowledged >= KILL_AFTER:
                        halfway.set()
        connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    halfway.wait(60)
    before_kill = acknowledged
    at_kill = dict(book)
    services.postgres.kill()
    services.postgres.start()
    connections.close_all()
    with scope.enter(in_it):
        survived = {
            answer.item.name: int(answer.note.split("-")[1])
            for answer in Answer.objects.filter(assessment=assessment).select_related("item")
            if answer.note
        }
    for thread in threads:
        thread.join(120)
    with scope.enter(in_it):
        rows = [
            (answer.item.name, answer.note, answer.level, answer.revision)
            for answer in Answer.objects.filter(assessment=assessment).select_related("item")
            if answer.item.name in book
        ]
    last = f"-{WRITES_EACH}"
    return {
        "writers_still_running": sum(thread.is_alive() for thread in threads),
        "acknowledged_before_kill": before_kill,
        "acknowledged": acknowledged,
        "errors_met": errors,
        "lost_at_kill": [name for name, turn in at_kill.items() if survived.get(name, 0) < turn],
        "items": len(items),
        "rows": len(rows),
        "wrong_at_the_end": [row for row in rows if row[2] != WRITES_EACH % 5 or not row[1].endswith(last)],
        "revisions": sorted({row[3] for row in rows}),
    }


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]))))
