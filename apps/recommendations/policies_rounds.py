"""Who may do what in a round. `Involvement` says what somebody is in it; it is loaded by queries_rounds."""

from dataclasses import dataclass

from apps.recommendations.models import Comment, Participant, Round


@dataclass(frozen=True, slots=True)
class Involvement:
    """What a person is in a round: invited for benches, a writer of the text, of the project team."""

    participations: tuple[Participant, ...] = ()
    is_team: bool = False
    is_staff: bool = False

    @property
    def benches(self) -> tuple[str, ...]:
        """The benches the person speaks for here: none for a writer, who is asked to listen."""
        return () if self.is_team else tuple(dict.fromkeys(own.role.bench for own in self.participations))


def may_read(own: Involvement) -> bool:
    """Read the text, the comments and their answers, and take them away as a file."""
    return bool(own.participations) or own.is_team or own.is_staff


def may_comment(own: Involvement, about: Round) -> bool:
    """Comment, agree, give the bench's word, contribute in confidence: the invited, while the round is open."""
    return bool(own.benches) and about.is_open


def may_reply(own: Involvement, about: Round) -> bool:
    """Reply to a comment: the invited, the writing team and the project team, while the round is open."""
    return may_read(own) and about.is_open


def may_agree(own: Involvement, comment: Comment, user_id: object) -> bool:
    """Agree with what somebody else has written."""
    return (
        may_comment(own, comment.round)
        and comment.author_id != user_id
        and comment.withdrawn_at is None
        and comment.kind != Comment.Kind.REPLY
    )


def may_withdraw(comment: Comment, user_id: object) -> bool:
    """Withdraw one's own comment while the round is open."""
    return comment.round.is_open and comment.author_id == user_id and comment.withdrawn_at is None


def may_answer(own: Involvement) -> bool:
    """See what waits for a disposition and give it: the writing team and the project team."""
    return own.is_team or own.is_staff
