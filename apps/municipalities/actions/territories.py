"""Taking over a state of the official register."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.municipalities.models.territory import (
    MunicipalityTerritory,
    Territory,
    TerritoryChange,
    TerritoryImport,
    TerritorySuccession,
)
from apps.municipalities.register import search
from apps.municipalities.register.codes import ARS_LENGTH, TerritoryKind
from apps.municipalities.register.gvisys import Problem, RegisterFile, RegisterRow
from apps.municipalities.register.successions import SuccessionRow

Key = tuple[str, str]  # kind; AGS of a municipality, ARS of everything else

_COPIED = (
    "ars", "name", "type_code", "population", "male", "female", "area", "postcode", "longitude", "latitude",
    "urbanisation",
)  # fmt: skip
_WRITTEN = [*_COPIED, "search_name", "search_plain", "parent", "as_of", "updated_at"]
_KIND_OF_LENGTH = {length: kind for kind, length in ARS_LENGTH.items()}
_BATCH = 2000
# A quarter closes a few dozen municipalities. A file that closes more than this is most likely cut off.
_MANY_CLOSURES = 100
_SHARE_OF_CLOSURES = 0.05


class ImportRefused(Exception):
    """Nothing was taken over. `problems` are those of the register's file, `succession_problems` of the
    other.
    """

    def __init__(
        self,
        message: str,
        *,
        problems: Sequence[Problem] = (),
        succession_problems: Sequence[Problem] = (),
    ) -> None:
        super().__init__(message)
        self.problems = problems
        self.succession_problems = succession_problems


@dataclass
class ImportSummary:
    """What an import did: rows per kind, how many territories were created, changed (of these renamed) and
    closed, how many successions are new, and which tenants stand for a territory that has ended.
    """

    as_of: date
    rows: Counter[str] = field(default_factory=Counter)
    created: int = 0
    changed: int = 0
    renamed: int = 0
    closed: int = 0
    successions: int = 0
    tenants_to_check: list[str] = field(default_factory=list)


def import_territories(
    *,
    actor: Any,
    register: RegisterFile,
    as_of: date,
    file_name: str,
    successions: Sequence[SuccessionRow] = (),
    accept_closures: bool = False,
) -> ImportSummary:
    """Bring the register to the state of `register`, all or nothing; a second time it changes nothing.

    Only Länder that the file describes are touched. A territory that is no longer in the file is closed on
    `as_of`, or on the day its succession gives. actor: the person, None for an operator at the command line.
    accept_closures: do not take an unusual number of closures for a broken file. Raises ImportRefused for bad
    rows, an outdated or broken file, successions to or from nowhere.
    """
    if register.problems:
        raise ImportRefused(_("The file has rows that cannot be read."), problems=register.problems)
    with transaction.atomic():
        _one_import_at_a_time()
        _refuse_outdated(as_of)
        work = _Import(register, as_of, successions)
        work.compare()
        if not accept_closures:
            work.refuse_unusual_closures()
        work.write()
        work.write_successions()
        work.summary.tenants_to_check = _tenants_of_ended_territories()
        _keep_record(actor, register, file_name, work.summary)
    return work.summary


class _Import:
    """One import: compares the file with what is stored, then writes the difference in a few statements."""

    def __init__(self, register: RegisterFile, as_of: date, successions: Sequence[SuccessionRow]) -> None:
        self.register = register
        self.as_of = as_of
        self.succession_rows = successions
        self.summary = ImportSummary(as_of, rows=Counter(row.kind for row in register.rows))
        self.open: dict[Key, Territory] = {}
        self.ended: dict[Key, Territory] = {}
        for territory in Territory.objects.filter(land__in=register.lands).order_by("valid_to"):
            key = (territory.kind, territory.key)
            (self.open if territory.valid_to is None else self.ended)[key] = territory
        self.lands_known = {key[1] for key in (*self.open, *self.ended) if key[0] == TerritoryKind.LAND}
        self.created: list[Territory] = []
        self.changed: list[Territory] = []
        self.closed: list[Territory] = []
        self.changes: list[TerritoryChange] = []

    # --- Compare ---

    def compare(self) -> None:
        present = {row.key for row in self.register.rows}
        before = dict(self.open)
        by_ars: dict[str, Territory] = {}
        for row in self.register.rows:
            territory = self.open.get(row.key) or self._new(row)
            self.open[row.key] = territory
            by_ars[row.ars] = territory
        for row in self.register.rows:
            self._take_over(row, by_ars, is_new=row.key not in before)
        for key, territory in before.items():
            if key not in present:
                self._close(key, territory)
        for row in self.register.dissolved:
            if row.key not in self.open and row.key not in self.ended:
                self._add_ended(row, by_ars)

    def _new(self, row: RegisterRow) -> Territory:
        known_before = row.land in self.lands_known
        return Territory(kind=row.kind, ags=row.ags, land=row.land, valid_from=self.as_of if known_before else None)

    def _take_over(self, row: RegisterRow, by_ars: dict[str, Territory], *, is_new: bool) -> None:
        parent_ars = self.register.parents.get(row.ars)
        parent = by_ars[parent_ars] if parent_ars else None
        territory = self.open[row.key]
        if is_new:
            self._fill(territory, row, parent)
            self.created.append(territory)
            return
        if territory.parent_id == (parent.pk if parent else None) and all(
            getattr(territory, name) == getattr(row, name) for name in _COPIED
        ):
            return
        for name in TerritoryChange.Field.values:
            self._note_change(territory, name, getattr(territory, name), getattr(row, name))
        self._fill(territory, row, parent)
        self.changed.append(territory)

    def _fill(self, territory: Territory, row: RegisterRow, parent: Territory | None) -> None:
        for name in _COPIED:
            setattr(territory, name, getattr(row, name))
        territory.search_name, territory.search_plain = search_keys(row.kind, row.name)
        territory.parent = parent
        territory.as_of = self.as_of

    def _note_change(self, territory: Territory, name: str, old: str, new: str) -> None:
        if old == new:
            return
        change = TerritoryChange(territory=territory, field=name, old=old, new=new, date=self.as_of)
        if name == TerritoryChange.Field.NAME:
            change.search_name, change.search_plain = search_keys(territory.kind, old)
            self.summary.renamed += 1
        self.changes.append(change)

    def _close(self, key: Key, territory: Territory) -> None:
        territory.valid_to = self._day_of_end(key)
        if territory.valid_from is not None and territory.valid_to <= territory.valid_from:
            territory.valid_to = territory.valid_from + timedelta(days=1)
        self.closed.append(territory)
        self.ended[key] = territory
        del self.open[key]

    def _day_of_end(self, key: Key) -> date:
        days = [row.day for row in self.succession_rows if key_of(row.predecessor) == key and row.day is not None]
        return min([*days, self.as_of])

    def _add_ended(self, row: RegisterRow, by_ars: dict[str, Territory]) -> None:
        """A dissolved territory that was never seen alive: kept, so that its successors can be found."""
        territory = Territory(kind=row.kind, ags=row.ags, land=row.land, valid_to=self._day_of_end(row.key))
        above = [by_ars[row.ars[:length]] for length in _KIND_OF_LENGTH if row.ars[:length] in by_ars]
        self._fill(territory, row, above[-1] if above else None)
        self.created.append(territory)
        self.ended[row.key] = territory

    def refuse_unusual_closures(self) -> None:
        closing = sum(territory.kind == TerritoryKind.MUNICIPALITY for territory in self.closed)
        existing = closing + sum(kind == TerritoryKind.MUNICIPALITY for kind, _key in self.open)
        if closing > _MANY_CLOSURES and closing > existing * _SHARE_OF_CLOSURES:
            raise ImportRefused(
                _("%(closing)s of %(existing)s municipalities would end: is the file complete?")
                % {"closing": closing, "existing": existing}
            )

    # --- Write ---

    def write(self) -> None:
        # What ends comes first: a key may be given anew on the same day.
        Territory.objects.bulk_update(self.closed, ["valid_to"], batch_size=500)
        Territory.objects.bulk_create(self.created, batch_size=_BATCH)
        Territory.objects.bulk_create(
            self.changed,
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=_WRITTEN,
        )
        TerritoryChange.objects.bulk_create(self.changes, batch_size=_BATCH)
        self.summary.created = len(self.created)
        self.summary.changed = len(self.changed)
        self.summary.closed = len(self.closed)

    def write_successions(self) -> None:
        """Raises ImportRefused where a succession begins or ends at a territory that is not there."""
        found: list[TerritorySuccession] = []
        problems: list[Problem] = []
        for dissolved in self.register.dissolved:
            for successor in dissolved.successors:
                row = SuccessionRow(dissolved.line, dissolved.ags or dissolved.ars, successor, None)
                found += self._succession(row, problems)
        succession_problems: list[Problem] = []
        for row in self.succession_rows:
            found += self._succession(row, succession_problems)
        if problems or succession_problems:
            raise ImportRefused(
                _("Successors cannot be recorded."),
                problems=problems,
                succession_problems=succession_problems,
            )
        known = set(TerritorySuccession.objects.values_list("predecessor_id", "successor_id"))
        new = {(row.predecessor_id, row.successor_id): row for row in found}
        self.summary.successions = len(new.keys() - known)
        TerritorySuccession.objects.bulk_create([new[pair] for pair in new if pair not in known])

    def _succession(self, row: SuccessionRow, problems: list[Problem]) -> Iterable[TerritorySuccession]:
        predecessor_key, successor_key = key_of(row.predecessor), key_of(row.successor)
        predecessor = self.ended.get(predecessor_key)
        successor = self.open.get(successor_key) or self.ended.get(successor_key)
        if predecessor is None:
            message = _("%(key)s has not ended.") if predecessor_key in self.open else _("%(key)s is unknown.")
            problems.append(Problem(row.line, message % {"key": row.predecessor}))
        elif successor is None:
            problems.append(Problem(row.line, _("%(key)s is unknown.") % {"key": row.successor}))
        elif successor == predecessor:
            problems.append(Problem(row.line, _("%(key)s cannot succeed itself.") % {"key": row.successor}))
        else:
            day = row.day or predecessor.valid_to or self.as_of
            yield TerritorySuccession(predecessor=predecessor, successor=successor, date=day)


def key_of(text: str) -> Key:
    """The key of the territory with this ARS or AGS: a municipality by its AGS, whatever its association."""
    if len(text) == ARS_LENGTH[TerritoryKind.MUNICIPALITY]:
        return TerritoryKind.MUNICIPALITY, text[:5] + text[9:]
    return _KIND_OF_LENGTH.get(len(text), TerritoryKind.MUNICIPALITY), text


def search_keys(kind: str, name: str) -> tuple[str, str]:
    """The two keys under which a territory of this kind and name is found."""
    bare = search.bare_name(name, drop_titles=kind != TerritoryKind.MUNICIPALITY)
    return search.normalise(bare), search.plain(bare)


def _one_import_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('municipalities.import_territories'))")


def _refuse_outdated(as_of: date) -> None:
    latest = TerritoryImport.objects.order_by("-as_of").first()
    if latest is not None and as_of < latest.as_of:
        raise ImportRefused(
            _("The register has already the state of %(latest)s; the file is of %(as_of)s.")
            % {"latest": f"{latest.as_of:%d.%m.%Y}", "as_of": f"{as_of:%d.%m.%Y}"}
        )


def _tenants_of_ended_territories() -> list[str]:
    links = MunicipalityTerritory.objects.filter(valid_to__isnull=True, territory__valid_to__isnull=False)
    return list(links.order_by("municipality__name").values_list("municipality__name", flat=True).distinct())


def _keep_record(actor: Any, register: RegisterFile, file_name: str, summary: ImportSummary) -> None:
    """A row per state taken over; an import that changed nothing leaves none of its own."""
    changed = summary.created or summary.changed or summary.closed or summary.successions
    if not changed and TerritoryImport.objects.filter(as_of=summary.as_of).exists():
        return
    counts = {"created": summary.created, "changed": summary.changed, "closed": summary.closed}
    row = TerritoryImport.objects.create(
        file_name=file_name[:255],
        sha256=register.sha256,
        as_of=summary.as_of,
        rows=summary.rows.total(),
        **counts,
    )
    record(
        actor=actor,
        verb="territories.imported",
        target=row,
        data={"as_of": summary.as_of.isoformat(), "sha256": register.sha256, **counts},
    )
