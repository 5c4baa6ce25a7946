"""Scopes: whose rows a transaction may see. The only way to a tenant-owned table.

A scope is a database role with policies of its own, taken by SET LOCAL ROLE for one transaction. Code enters it, and
leaves it by ending the transaction:

    with scope.enter(scope.municipality(municipality)):
        ...

There is no scope without a transaction, and no change of scope within one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db import connections, transaction

MUNICIPALITY = "municipality"
PROGRAMME = "programme"
PERSON = "person"
NETWORK = "network"
PUBLIC = "public"
ALLOCATION = "allocation"
NAMES = (MUNICIPALITY, PROGRAMME, PERSON, NETWORK, PUBLIC, ALLOCATION)

_RESET = "SET LOCAL ROLE NONE; SET LOCAL app.municipality_id = ''; SET LOCAL app.person_id = ''"


class ScopeError(RuntimeError):
    """A tenant-owned table was used without a scope, or the scope was changed inside a transaction."""


class HasKey(Protocol):
    """Anything with a UUID primary key: a municipality, a person."""

    @property
    def pk(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """Name of the scope, and for municipality and person scopes whose it is."""

    name: str
    municipality_id: UUID | None = None
    person_id: UUID | None = None

    @property
    def role(self) -> str:
        """The database role that carries this scope's policies."""
        return role_of(self.name)

    @property
    def settings_sql(self) -> str:
        """Statements that take the scope for the rest of a transaction. Values are UUIDs: nothing to escape."""
        statements = [f"SET LOCAL ROLE {self.role}"]
        if self.municipality_id is not None:
            statements.append(f"SET LOCAL app.municipality_id = '{self.municipality_id}'")
        if self.person_id is not None:
            statements.append(f"SET LOCAL app.person_id = '{self.person_id}'")
        return "; ".join(statements)

    def as_json(self) -> dict[str, str]:
        """What a task carries in its arguments."""
        values = {"name": self.name}
        if self.municipality_id is not None:
            values["municipality_id"] = str(self.municipality_id)
        if self.person_id is not None:
            values["person_id"] = str(self.person_id)
        return values

    @classmethod
    def from_json(cls, values: Any) -> "Scope":
        """The scope a task carries; raises ScopeError where it carries none."""
        if not isinstance(values, dict) or values.get("name") not in NAMES:
            raise ScopeError("The task carries no scope.")
        municipality_id, person_id = values.get("municipality_id"), values.get("person_id")
        if values["name"] == MUNICIPALITY and municipality_id is None:
            raise ScopeError("A municipality scope carries a municipality.")
        if (values["name"] == PERSON) != (person_id is not None):
            raise ScopeError("A person scope, and no other, carries a person.")
        return cls(
            name=values["name"],
            municipality_id=UUID(municipality_id) if municipality_id else None,
            person_id=UUID(person_id) if person_id else None,
        )


def role_of(name: str) -> str:
    """Database role of the scope `name`."""
    return f"kfa_{name}"


def municipality(of: "HasKey | UUID") -> Scope:
    """Scope of one municipality: its rows and no others."""
    return Scope(MUNICIPALITY, municipality_id=_key(of))


def person(of: "HasKey | UUID", *, within: "HasKey | UUID | None" = None) -> Scope:
    """Scope of one person: the person's own rows in all municipalities, or `within` one of them."""
    return Scope(PERSON, person_id=_key(of), municipality_id=_key(within) if within is not None else None)


def programme() -> Scope:
    """Scope of the project staff: across municipalities, where a table is open to them."""
    return Scope(PROGRAMME)


def public() -> Scope:
    """Scope of everybody: what has been published."""
    return Scope(PUBLIC)


def allocation() -> Scope:
    """Scope of the service that hands out seats which only the person concerned may know of; no page ever takes it."""
    return Scope(ALLOCATION)


def _key(of: "HasKey | UUID") -> UUID:
    key = of if isinstance(of, UUID) else of.pk
    return key if isinstance(key, UUID) else UUID(str(key))


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current() -> Scope | None:
    """The scope of the running transaction, or None."""
    return _current.get()


def require() -> Scope:
    """The scope of the running transaction; raises ScopeError where there is none."""
    scope = _current.get()
    if scope is None:
        raise ScopeError("A tenant-owned table was used outside a scope: enter one with scope.enter(…).")
    return scope


def current_municipality_id() -> UUID | None:
    """Default of MunicipalityKey: the scope's municipality, None elsewhere (and then refused by PostgreSQL)."""
    scope = _current.get()
    return scope.municipality_id if scope else None


@contextmanager
def enter(scope: Scope, *, read_only: bool = False) -> Iterator[Scope]:
    """Open a transaction in `scope`; inside the same scope, a savepoint.

    Raises ScopeError when another scope is open. Inside a transaction without a scope (the sign-in pages) the scope is
    taken in a savepoint and given back at its end: PostgreSQL keeps settings beyond RELEASE.
    """
    outer = _current.get()
    if outer is not None:
        if outer != scope:
            raise ScopeError(f"The transaction is in scope {outer.name}: it cannot change to {scope.name}.")
        with transaction.atomic():
            yield scope
        return
    connection = connections["default"]
    if connection.in_atomic_block:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(scope.settings_sql + ("; SET LOCAL transaction_read_only = on" if read_only else ""))
            token = _current.set(scope)
            try:
                yield scope
            finally:
                _current.reset(token)
            if not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute(_RESET)
        return
    token = _current.set(scope)
    try:
        with _transaction(f"BEGIN{' READ ONLY' if read_only else ''}; {scope.settings_sql}"):
            yield scope
    finally:
        _current.reset(token)


@contextmanager
def unscoped(*, read_only: bool = False) -> Iterator[None]:
    """Open a transaction of the application role itself, which sees shared tables only: sign-in, start page."""
    if connections["default"].in_atomic_block:
        with transaction.atomic():
            if read_only:
                with connections["default"].cursor() as cursor:
                    cursor.execute("SET LOCAL transaction_read_only = on")
            yield
        return
    with _transaction("BEGIN READ ONLY" if read_only else "BEGIN"):
        yield


@contextmanager
def _transaction(begin: str) -> Iterator[None]:
    connection = connections["default"]
    connection.ensure_connection()
    connection.begin_with = begin  # type: ignore[attr-defined]  # of apps.core.postgresql
    try:
        with transaction.atomic():
            yield
    finally:
        connection.begin_with = None  # type: ignore[attr-defined]
