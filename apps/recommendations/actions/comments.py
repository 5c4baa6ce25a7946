"""Comments, proposed wordings, replies, agreement, the benches' words, and the dispositions.

Each takes the lock of the round, so that none slips in while it is closed.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.actions.rounds import locked, must_be_open
from apps.recommendations.models import (
    Agreement,
    BenchWord,
    Block,
    Comment,
    Disposition,
    Participant,
    Round,
    Section,
    TeamMember,
)

Kind = Comment.Kind
_WORDS = ("section", "block_id", "thread_id", "kind", "bench", "text", "proposed_wording")
Outcome = Disposition.Outcome


class AlreadySent(NotPossible):
    """The form has been sent before, and said something else."""

    def __init__(self) -> None:
        super().__init__(_("What you sent before is there and differs from this. Sent once more, this is added to it."))


@transaction.atomic
def comment(
    *,
    actor: Any,
    round_id: UUID,
    bench: str,
    text: str,
    proposed_wording: str = "",
    block_id: UUID | None = None,
    section: str = "",
    request_key: UUID | None = None,
) -> Comment:
    """Comment on a block, a section or the whole text, or propose a wording for a block; for `bench`.

    request_key: the same key with the same words gives the same comment again. Raises NotPossible where the
    round has ended, the person does not speak for the bench in it, nothing was said, or the proposal is the text as it
    stands, AlreadySent for the same key with other words; Block.DoesNotExist for a block of another text.
    """
    about = locked(round_id)
    must_be_open(about)
    _must_speak_for(actor, about, bench)
    text, proposed_wording = tidy(text), tidy(proposed_wording)
    block = Block.objects.get(pk=block_id, edition=about.edition_id) if block_id else None
    if block is not None:
        section = block.section
    if section and section not in Section.values:
        raise NotPossible(_("This part of the text does not exist."))
    if proposed_wording and block is None:
        raise NotPossible(_("A wording is proposed for a single paragraph."))
    if block is not None and proposed_wording == block.text:
        proposed_wording = ""
    if not text and not proposed_wording:
        raise NotPossible(_("Please write a comment, or change the wording."))
    said = Comment(
        round=about,
        section=section,
        block=block,
        kind=Kind.PROPOSAL if proposed_wording else Kind.COMMENT,
        bench=bench,
        author=actor,
        text=text,
        proposed_wording=proposed_wording,
    )
    if (before := _sent_before(said, request_key)) is not None:
        return before
    said.save(force_insert=True)
    record(actor=actor, verb="round.commented", target=said, data={"kind": str(said.kind), "bench": bench})
    return said


@transaction.atomic
def reply(*, actor: Any, comment_id: UUID, text: str, request_key: UUID | None = None) -> Comment:
    """Reply to a comment: the invited for their bench, the writing team and the project team for themselves.

    request_key: as in `comment`. Raises NotPossible where the round has ended, nothing was said, or the person
    has no part in the round; AlreadySent.
    """
    thread, about = _locked_with(comment_id)
    must_be_open(about)
    if not (text := tidy(text)):
        raise NotPossible(_("Please write a reply."))
    writes = _writes(actor, about)
    benches = [] if writes else _benches_of(actor, about)
    if not (benches or writes or actor.is_project_staff):
        raise NotPossible(_("Only those who take part in the round can reply."))
    said = Comment(
        round=about,
        section=thread.section,
        block_id=thread.block_id,
        kind=Kind.REPLY,
        bench=benches[0] if benches else "",
        author=actor,
        text=text,
        thread=thread,
    )
    if (before := _sent_before(said, request_key)) is not None:
        return before
    said.save(force_insert=True)
    record(actor=actor, verb="round.replied", target=said)
    return said


def _sent_before(said: Comment, request_key: UUID | None) -> Comment | None:
    """What the request made when it was sent before; else None, and `said` has its key. Raises AlreadySent."""
    if request_key is None:
        return None
    said.request_key = request_key
    mine: QuerySet[Comment] = Comment.objects.filter(round=said.round_id, author=said.author_id)
    before = mine.filter(request_key=request_key).first()
    if before is not None and any(getattr(before, name) != getattr(said, name) for name in _WORDS):
        raise AlreadySent
    return before


@transaction.atomic
def agree(*, actor: Any, comment_id: UUID, agrees: bool) -> None:
    """Agree with somebody else's comment, or no longer. Raises NotPossible."""
    said, about = _locked_with(comment_id)
    must_be_open(about)
    if _writes(actor, about) or not _benches_of(actor, about):
        raise NotPossible(_("Only the invited can agree."))
    if said.author_id == actor.pk:
        raise NotPossible(_("It is your own comment."))
    if said.withdrawn_at is not None and agrees:
        raise NotPossible(_("The comment has been withdrawn."))
    if agrees:
        Agreement.objects.bulk_create([Agreement(comment=said, user=actor)], ignore_conflicts=True)
    else:
        Agreement.objects.filter(comment=said, user=actor).delete()
    record(actor=actor, verb="round.agreed" if agrees else "round.agreement_undone", target=said)


@transaction.atomic
def withdraw(*, actor: Any, comment_id: UUID) -> Comment:
    """Withdraw one's own comment; it stays readable as withdrawn and needs no answer. Raises NotPossible.

    Comments that were answered with it wait for an answer of their own again.
    """
    said, about = _locked_with(comment_id)
    must_be_open(about)
    if said.author_id != actor.pk:
        raise NotPossible(_("Only its author can withdraw a comment."))
    if said.withdrawn_at is None:
        said.withdrawn_at = timezone.now()
        said.save(update_fields=["withdrawn_at", "updated_at"])
        Disposition.objects.filter(duplicate_of=said).delete()
        record(actor=actor, verb="round.withdrawn", target=said)
    return said


@transaction.atomic
def give_word(*, actor: Any, round_id: UUID, bench: str, kind: str, text: str) -> BenchWord:
    """A bench's position on the text as a whole, with reasons; the one it gave before is replaced.

    Raises NotPossible where the round has ended, the person does not speak for the bench, or reasons are missing.
    """
    about = locked(round_id)
    must_be_open(about)
    _must_speak_for(actor, about, bench)
    return _write_word(actor, about, bench, kind, text)


@transaction.atomic
def record_abstention(*, actor: Any, round_id: UUID, bench: str, reason: str) -> BenchWord:
    """That a bench abstains, recorded by the project team; it can still give a word. Raises NotPossible."""
    about = locked(round_id)
    must_be_open(about)
    if BenchWord.objects.filter(round=about, bench=bench).exclude(kind=BenchWord.Kind.ABSTAINED).exists():
        raise NotPossible(_("This bench has given its word already."))
    return _write_word(actor, about, bench, BenchWord.Kind.ABSTAINED, reason)


def _write_word(actor: Any, about: Round, bench: str, kind: str, text: str) -> BenchWord:
    if not (text := tidy(text)):
        raise NotPossible(_("Please give reasons."))
    word, _created = BenchWord.objects.update_or_create(
        round=about, bench=bench, defaults={"kind": kind, "text": text, "given_by": actor}
    )
    record(actor=actor, verb="round.bench_spoke", target=about, data={"bench": bench, "kind": kind})
    return word


# --- Dispositions -------------------------------------------------------------------------------------------------


@transaction.atomic
def dispose(
    *,
    actor: Any,
    round_id: UUID,
    comment_ids: Collection[UUID],
    outcome: str,
    reason: str,
    duplicate_of: UUID | None = None,
) -> int:
    """Say what becomes of comments and why, one or several at once; returns how many. An answer given is replaced.

    duplicate_of: for the outcome `duplicate`, the comment with which these are answered. Raises NotPossible where the
    round has ended, a reason or the other comment is missing, or one of them is none to be answered.
    """
    about = locked(round_id)
    must_be_open(about)
    if not (_writes(actor, about) or actor.is_project_staff):
        raise NotPossible(_("The writing team and the project team answer comments."))
    keys = set(comment_ids)
    to_answer = Comment.objects.filter(round=about, withdrawn_at=None).exclude(kind=Kind.REPLY)
    if not keys:
        raise NotPossible(_("Please choose at least one comment."))
    if to_answer.filter(pk__in=keys).count() != len(keys):
        raise NotPossible(_("A comment has been withdrawn or does not belong to this round."))
    if not (reason := tidy(reason)):
        raise NotPossible(_("Please give reasons: those who commented read them."))
    if outcome == Outcome.DUPLICATE:
        _must_be_answerable_with(about, keys, duplicate_of)
    else:
        duplicate_of = None
    Disposition.objects.bulk_create(
        [
            Disposition(comment_id=key, outcome=outcome, reason=reason, duplicate_of_id=duplicate_of, decided_by=actor)
            for key in keys
        ],
        update_conflicts=True,
        unique_fields=["comment"],
        update_fields=["outcome", "reason", "duplicate_of", "decided_by", "updated_at"],
    )
    data = {"outcome": outcome, "comments": sorted(str(key) for key in keys)}
    record(actor=actor, verb="round.answered", target=about, data=data)
    return len(keys)


def _must_be_answerable_with(about: Round, keys: Collection[UUID], other: UUID | None) -> None:
    """A duplicate names a comment that is answered by itself: so no circle can come about."""
    if other is None:
        raise NotPossible(_("Please name the comment with which it is answered."))
    if other in keys:
        raise NotPossible(_("A comment cannot be answered with itself."))
    found = (
        Comment.objects.filter(pk=other, round=about, withdrawn_at=None)
        .exclude(kind=Kind.REPLY)
        .select_related("disposition")
        .first()
    )
    if found is None:
        raise NotPossible(_("There is no such comment in this round."))
    given = getattr(found, "disposition", None)
    if given is not None and given.outcome == Outcome.DUPLICATE:
        raise NotPossible(_("That comment is itself answered with another one: please name that one."))
    if Disposition.objects.filter(duplicate_of__in=keys).exists():
        raise NotPossible(_("Other comments are answered with this one: it needs an answer of its own."))


@transaction.atomic
def set_place(*, actor: Any, comment_id: UUID, place: UUID | None) -> Disposition:
    """Where in the new text the answer is found: the key of a block; None: nowhere. After the round.

    Raises NotPossible while the round is open, for a block that is in no later text, or where nothing was answered.
    """
    said, about = _locked_with(comment_id)
    if about.state != Round.State.CLOSED:
        raise NotPossible(_("The place in the new text can be named once the round is closed."))
    if not (_writes(actor, about) or actor.is_project_staff):
        raise NotPossible(_("The writing team and the project team answer comments."))
    later = Block.objects.filter(edition__version=about.version_id, edition__number__gt=about.edition.number)
    if place is not None and not later.filter(key=place).exists():
        raise NotPossible(_("This paragraph is not in the new text."))
    given = Disposition.objects.select_for_update(of=("self",)).filter(comment=said).first()
    if given is None:
        raise NotPossible(_("The comment has no disposition."))
    if given.place != place:
        given.place = place
        given.save(update_fields=["place", "updated_at"])
        record(actor=actor, verb="round.placed", target=said)
    return given


def tidy(text: str) -> str:
    """What was typed, without what a database or a text does not hold."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def _locked_with(comment_id: UUID) -> tuple[Comment, Round]:
    """The comment (no reply) as it stands under the lock of its round."""
    about = locked(Comment.objects.exclude(kind=Kind.REPLY).values_list("round", flat=True).get(pk=comment_id))
    return Comment.objects.get(pk=comment_id), about


def _benches_of(actor: Any, about: Round) -> list[str]:
    own = Participant.objects.filter(round=about, role__user=actor, role__ended_at=None)
    return list(own.order_by("role__bench").values_list("role__bench", flat=True))


def _writes(actor: Any, about: Round) -> bool:
    team = TeamMember.objects.filter(role__user=actor, left_at=None, role__ended_at=None)
    return team.filter(recommendation__versions=about.version_id).exists()


def _must_speak_for(actor: Any, about: Round, bench: str) -> None:
    if bench not in _benches_of(actor, about):
        raise NotPossible(_("You are not invited to this round for this bench."))
    if _writes(actor, about):
        raise NotPossible(_("Whoever writes the recommendation reads and replies, but does not comment."))
