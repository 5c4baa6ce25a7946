"""Reads on the catalogue: which modules people find, by words and filters, and the sessions that are to come."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, NullIf, TruncMonth
from django.utils import timezone

from apps.municipalities.models import Municipality
from apps.reviews.lifecycle import ADOPTABLE, State
from apps.training.models import (
    Module,
    ModuleEdition,
    Session,
    SessionTrainer,
    TrainerQualification,
    TrainingOpening,
)
from apps.training.queries import offered_modules
from apps.training.queries_sessions import is_for, open_to, sessions

LANGUAGE = "german"
STANDARD, PILOT, DRAFT = "standard", "pilot", "draft"
#: States of a version by what the catalogue calls it; a draft is whatever else was shared.
_OF_KIND = {STANDARD: Q(offered__version__state=State.STANDARD)}
_OF_KIND[PILOT] = Q(offered__version__state__in=sorted(ADOPTABLE - {State.STANDARD}))
_OF_KIND[DRAFT] = ~(_OF_KIND[STANDARD] | _OF_KIND[PILOT])
#: What begins and ends a found word: characters that no text holds, so that what stands around them can be escaped.
FOUND, FOUND_END = "\ue000", "\ue001"
#: What no list shows of a text.
_LARGE = ("search", "items", "sources", "legal_bases")
_CODE = re.compile(r"(?:kfa-?m\s*)?(\d{1,4})", re.IGNORECASE)
_PLAIN_WORDS = re.compile(r"[^\W_]+(?:\s+[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for among the modules. minutes: (more than, at most), None: no bound."""

    words: str = ""
    dimension: int | None = None
    minutes: tuple[int, int | None] | None = None
    delivery: str = ""
    language: str = ""
    state: str = ""
    with_session: bool = False

    def __bool__(self) -> bool:
        return self != Wanted()


# --- Modules ----------------------------------------------------------------------------------------------------------


def search_query(words: str) -> SearchQuery | None:
    """What the words ask for: all of them, in any form, and the beginning of the last one; None without words.

    Quotation marks, "or" and a minus are understood as search engines do; then the last word is taken as it stands.
    """
    words = " ".join(words.replace("\x00", " ").split())
    if not words:
        return None
    whole = SearchQuery(words, config=LANGUAGE, search_type="websearch")
    if not _PLAIN_WORDS.fullmatch(words):
        return whole
    *before, last = words.split(" ")
    beginning = SearchQuery(f"{last}:*", config=LANGUAGE, search_type="raw")
    if before:
        beginning = SearchQuery(" ".join(before), config=LANGUAGE, search_type="websearch") & beginning
    return whole | beginning


def modules(wanted: Wanted, *, within: Municipality | None = None) -> "QuerySet[Module]":
    """The modules that fit, the best first where there are words, else by number; each with its text as `offered`.

    within: the municipality whose people ask; None: everybody, who finds standards and drafts shared as such.
    """
    found = offered_modules().defer("offered__search")
    if within is None:
        found = found.filter(_OF_KIND[STANDARD] | Q(offered__version__shared_as_draft_at__isnull=False))
    if wanted.dimension is not None:
        found = found.filter(dimension=wanted.dimension)
    if wanted.minutes is not None:
        more_than, at_most = wanted.minutes
        found = found.filter(offered__minutes__gt=more_than)
        found = found.filter(offered__minutes__lte=at_most) if at_most is not None else found
    if wanted.delivery:
        found = found.filter(offered__delivery__contains=[wanted.delivery])
    if wanted.language == "en":
        found = found.filter(offered__words_en__has_key="title")
    if wanted.state:
        found = found.filter(_OF_KIND[wanted.state])
    if wanted.with_session and within is not None:
        found = found.filter(Exists(_plain(open_to(within)).filter(module=OuterRef("pk"))))
    return _with_words(found, wanted.words)


def _with_words(found: "QuerySet[Module]", words: str) -> "QuerySet[Module]":
    """Those that the words find, in title and summary also within longer words, as German ones are put together."""
    query = search_query(words)
    if query is None:
        return found.order_by("number")
    words = " ".join(words.split())
    named = Q(offered__title__icontains=words) | Q(key__istartswith="-".join(words.split()))
    if code := _CODE.fullmatch(words):
        named |= Q(number=int(code[1]))
    first = Case(When(named, then=Value(1.0)), default=Value(0.0), output_field=FloatField())
    return (
        found.filter(Q(offered__search=query) | Q(offered__summary__icontains=words) | named)
        .annotate(is_named=first, rank=SearchRank(F("offered__search"), query))
        .order_by("-is_named", F("rank").desc(nulls_last=True), "number")
    )


def highlighted(texts: Mapping[UUID, tuple[str, str]], words: str, language: str) -> dict[UUID, tuple[str, str]]:
    """Titles and summaries by edition, what the words found in them between FOUND and FOUND_END; one query.

    texts: as they read in `language`. PostgreSQL marks them, because it knows which forms of a word it has found.
    """
    query = search_query(words)
    if query is None or not texts:
        return dict(texts)
    rows = ModuleEdition.objects.filter(pk__in=list(texts)).order_by()
    titles = {name: _headline(name, language, query) for name in ("title", "summary")}
    marked = rows.values_list("pk", titles["title"], titles["summary"])
    return {key: (title, summary) for key, title, summary in marked}


def _headline(name: str, language: str, query: SearchQuery) -> SearchHeadline:
    """A text of the edition in `language`, German where there is no English, with what the query finds in it."""
    said: Coalesce | F = F(name)
    if language == "en":
        english = KeyTextTransform("text", KeyTransform(name, "words_en"))
        said = Coalesce(NullIf(english, Value("")), name)
    return SearchHeadline(said, query, config=LANGUAGE, start_sel=FOUND, stop_sel=FOUND_END, highlight_all=True)


def offered_module(key: str) -> Module | None:
    """The module with this key, with all of the text that is offered; None where it is offered no more."""
    return offered_modules().filter(key=key).defer("offered__search").first()


def public_module(number: int) -> Module | None:
    """The module with this number, where everybody may read it."""
    return modules(Wanted()).filter(number=number).first()


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The sessions of a module that are to come: how many, and when the first begins."""

    number: int
    first: datetime | None


def upcoming(municipality: Municipality, of: Collection[UUID]) -> dict[UUID, Upcoming]:
    """By module: the sessions that are open to a municipality's people; one query."""
    if not of:
        return {}
    rows = (
        _plain(open_to(municipality))
        .filter(module__in=of)
        .order_by()
        .values("module_id")
        .annotate(number=Count("pk"), first=Min("first_starts_at"))
    )
    return {row["module_id"]: Upcoming(row["number"], row["first"]) for row in rows}


def upcoming_by_key(municipality: Municipality) -> dict[str, Upcoming]:
    """By key of a module: the sessions that are open to a municipality's people; one query."""
    rows = (
        _plain(open_to(municipality))
        .order_by()
        .values("module__key")
        .annotate(number=Count("pk"), first=Min("first_starts_at"))
    )
    return {row["module__key"]: Upcoming(row["number"], row["first"]) for row in rows}


def named_trainers(module: Module) -> list[str]:
    """Who gives a module now and wants to be named, as the public reads it."""
    rows = TrainerQualification.objects.filter(
        module=module,
        valid_until__gte=timezone.localdate(),
        role__is_named=True,
        role__ended_at=None,
        role__user__is_active=True,
    ).select_related("role__user")
    return [row.role.public_name for row in rows.order_by("role__user__last_name", "role__user__first_name")]


# --- Sessions ---------------------------------------------------------------------------------------------------------


def _plain(found: "QuerySet[Session]") -> "QuerySet[Session]":
    """The same sessions without what hangs on them: for counting."""
    return found.select_related(None).prefetch_related(None)


def _lean(found: "QuerySet[Session]") -> "QuerySet[Session]":
    """The same sessions without the large parts of their texts, which no list shows."""
    return found.defer(*(f"{text}__{name}" for text in ("edition", "module__offered") for name in _LARGE))


@dataclass(frozen=True, slots=True)
class WantedSessions:
    """What somebody looks for among the sessions. month: any day of it. module: its key."""

    month: date | None = None
    mode: str = ""
    language: str = ""
    dimension: int | None = None
    with_seats: bool = False
    module: str = ""

    def __bool__(self) -> bool:
        return self != WantedSessions()


def upcoming_sessions(municipality: Municipality, wanted: WantedSessions | None = None) -> "QuerySet[Session]":
    """The sessions that are open to a municipality's people, with dates and rooms; by their first date."""
    wanted = wanted or WantedSessions()
    found = _lean(open_to(municipality))
    if wanted.month is not None:
        begins = _begin_of(wanted.month)
        found = found.filter(first_starts_at__gte=begins, first_starts_at__lt=_begin_of(_next_month(wanted.month)))
    if wanted.mode:
        found = found.filter(mode=wanted.mode)
    if wanted.language:
        found = found.filter(language=wanted.language)
    if wanted.dimension is not None:
        found = found.filter(module__dimension=wanted.dimension)
    if wanted.module:
        found = found.filter(module__key=wanted.module)
    if wanted.with_seats:
        found = found.filter(taken__lt=F("capacity"), waiting=0)
    return found.order_by("first_starts_at", "pk")


def months(municipality: Municipality) -> list[date]:
    """The months in which sessions begin that are open to a municipality's people; one query."""
    found = _plain(open_to(municipality)).order_by().annotate(month=TruncMonth("first_starts_at"))
    return [timezone.localdate(month) for month in found.values_list("month", flat=True).distinct().order_by("month")]


def _begin_of(month: date) -> datetime:
    return timezone.make_aware(datetime(month.year, month.month, 1))


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def session_for(municipality: Municipality, key: UUID) -> Session | None:
    """One session with all that its page shows, if it is or was open to a municipality's people; also a past one."""
    return (
        sessions()
        .exclude(state=Session.State.PLANNED)
        .filter(is_for(municipality), pk=key)
        .prefetch_related(Prefetch("trainers", queryset=SessionTrainer.objects.select_related("role__user")))
        .first()
    )


def opening_of(municipality: Municipality) -> TrainingOpening | None:
    """How the municipality's training records are open; None while they are not."""
    return TrainingOpening.objects.filter(of=municipality, closed_at=None).first()
