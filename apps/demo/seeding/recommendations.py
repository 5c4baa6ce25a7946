"""The library of recommendations, and five of them on their way: written, commented on, reviewed, piloted, standard.

All by the application's own actions, each step on its own day in the past.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from apps.accounts.models import ProgrammeRole, User
from apps.core import scope
from apps.demo.content import commitments as pilots_content
from apps.demo.content import panel as panel_content
from apps.demo.content import recommendations as content
from apps.demo.content.recommendations import DemoComment, DemoRewrite, DemoRound, DemoText
from apps.demo.seeding.clock import day, days_ago
from apps.demo.seeding.commitments import begin_pilot, evaluate_pilot, plan_pilots
from apps.demo.seeding.panel import meet_conditions, review, vote
from apps.demo.seeding.people import BASE_URL
from apps.demo.seeding.workshop import Members
from apps.municipalities.models import Municipality
from apps.recommendations.actions import comments, contributions, rounds, texts
from apps.recommendations.actions.expenses import decide_expense, note_expense
from apps.recommendations.actions.importing import import_entries
from apps.recommendations.actions.lifecycle import advance
from apps.recommendations.actions.pilots import follow_pilots
from apps.recommendations.actions.team import add_member, make_lead
from apps.recommendations.library import files, read
from apps.recommendations.models import (
    Block,
    Contribution,
    Expense,
    Recommendation,
    RecommendationVersion,
    Round,
    TeamMember,
)

Municipalities = Mapping[str, Municipality]


def seed_recommendations(staff: User, members: Members, municipalities: Municipalities) -> None:
    """The library and what has become of five of its entries, where there is no recommendation yet."""
    with scope.enter(scope.programme()):
        if Recommendation.objects.exists():
            return
        with days_ago(440):
            import_entries(actor=staff, entries=[read(path) for path in files()])
        versions = {
            version.recommendation.number: version.pk
            for version in RecommendationVersion.objects.select_related("recommendation")
        }
        course = _Course(staff, members, versions)
        course.up_to_the_pilots()
    _pilot_complaints(staff, members, versions[content.COMPLAINT], municipalities)
    _begin_piloting(staff, versions[content.SELECTION], municipalities)


class _Course:
    """What happens in the programme. Runs in its scope."""

    def __init__(self, staff: User, members: Members, versions: Mapping[int, UUID]) -> None:
        self.staff, self.members, self.versions = staff, members, versions
        self.texts = {text.number: text for text in content.TEXTS}

    def up_to_the_pilots(self) -> None:
        with days_ago(430):
            self._begin(content.COMPLAINT)
        self._hold_round(content.COMPLAINT, opened=400, closed=380)
        with days_ago(371):
            rewrite(self.members, self.texts[content.COMPLAINT], self.versions[content.COMPLAINT])
        self._review(content.COMPLAINT, panel_content.COMPLAINT_FIRST, submitted=370, decided=352)
        with days_ago(340):
            rewrite(
                self.members,
                self.texts[content.COMPLAINT],
                self.versions[content.COMPLAINT],
                [content.AFTER_THE_CONDITION],
            )
            meet_conditions(self.staff, self.members, panel_content.COMPLAINT_FIRST)
        with days_ago(330):
            advance(actor=self.staff, version_id=self.versions[content.COMPLAINT], transition="release_for_piloting")
        with days_ago(240):
            self._begin(content.SELECTION)
        self._hold_round(content.SELECTION, opened=210, closed=190)
        self._review(content.SELECTION, panel_content.SELECTION_FIRST, submitted=180, decided=160)
        with days_ago(90):
            self._begin(content.POINT_13)
        self._hold_round(content.POINT_13, opened=70, closed=48)
        self._review(content.POINT_13, panel_content.POINT_13_OPEN, submitted=30, decided=None)
        with days_ago(50):
            self._begin(content.ROUTINES)
        self._work_on_routines()
        with days_ago(40):
            self._begin(content.LANGUAGE)
        self._open_round(content.LANGUAGE, opened=9)

    def _begin(self, number: int) -> None:
        version = RecommendationVersion.objects.get(pk=self.versions[number])
        for place, name in enumerate(self.texts[number].team):
            role = self.members[name]
            member = add_member(actor=self.staff, recommendation_id=version.recommendation_id, role_id=role.pk)
            if place == 0:
                make_lead(actor=self.staff, member_id=member.pk)
        advance(actor=self.staff, version_id=version.pk, transition="begin")

    # --- Rounds -----------------------------------------------------------------------------------------------------

    def _hold_round(self, number: int, *, opened: int, closed: int) -> None:
        about = self._open_round(number, opened=opened)
        with days_ago(closed):
            rounds.close(actor=self.staff, round_id=about.pk)

    def _open_round(self, number: int, *, opened: int) -> Round:
        """A round with its comments, a day between them, replies and dispositions."""
        wanted = self.texts[number].round
        assert wanted is not None
        with days_ago(opened):
            about = rounds.open_round(
                actor=self.staff,
                version_id=self.versions[number],
                introduction=wanted.introduction,
                deadline=day(wanted.days),
                roles=[self.members[name].pk for name in wanted.invited],
                base_url=BASE_URL,
            )
        blocks = list(about.edition.blocks.all())
        said = list[UUID]()
        for place, comment in enumerate(wanted.comments, start=1):
            with days_ago(opened - 0.9 * place):
                said.append(self._comment(about, comment, blocks))
        with days_ago(max(0.2, opened - 0.9 * len(wanted.comments) - 0.5)):
            self._answer(about, wanted, said)
            self._words_and_confidences(about, wanted)
        return about

    def _comment(self, about: Round, wanted: DemoComment, blocks: Sequence[Block]) -> UUID:
        role = self.members[wanted.by]
        made = comments.comment(
            actor=role.user,
            round_id=about.pk,
            bench=role.bench,
            text=wanted.text,
            proposed_wording=wanted.wording,
            block_id=_block(blocks, wanted) if wanted.begins else None,
            section=wanted.section,
        )
        for name in wanted.agree:
            comments.agree(actor=self.members[name].user, comment_id=made.pk, agrees=True)
        for name, text in wanted.replies:
            comments.reply(actor=self.members[name].user, comment_id=made.pk, text=text)
        if wanted.is_withdrawn:
            comments.withdraw(actor=role.user, comment_id=made.pk)
        return made.pk

    def _answer(self, about: Round, wanted: DemoRound, said: Sequence[UUID]) -> None:
        lead = self.members[self.texts[about.version.recommendation.number].team[0]].user
        for key, comment in zip(said, wanted.comments, strict=True):
            if comment.answer is not None:
                other = comment.answer.duplicate_of
                comments.dispose(
                    actor=lead,
                    round_id=about.pk,
                    comment_ids=[key],
                    outcome=comment.answer.outcome,
                    reason=comment.answer.reason,
                    duplicate_of=None if other is None else said[other],
                )

    def _words_and_confidences(self, about: Round, wanted: DemoRound) -> None:
        for name, kind, text in wanted.words:
            role = self.members[name]
            comments.give_word(actor=role.user, round_id=about.pk, bench=role.bench, kind=kind, text=text)
        for section, text in wanted.confidential:
            contributions.contribute(round_id=about.pk, section=section, text=text)
        if wanted.summary is not None:
            section, text = wanted.summary
            found = Contribution.objects.filter(round=about, section=section).values_list("pk", flat=True)
            contributions.summarise(
                actor=self.staff, round_id=about.pk, section=section, text=text, contributions=list(found)
            )

    # --- Panel and writing ------------------------------------------------------------------------------------------

    def _review(self, number: int, wanted: panel_content.DemoReview, *, submitted: int, decided: int | None) -> None:
        with days_ago(submitted):
            advance(actor=self.staff, version_id=self.versions[number], transition="submit")
        with days_ago(submitted - 2):
            made = review(self.staff, self.members, wanted, self.versions[number])
        with days_ago(5 if decided is None else decided):
            vote(self.staff, self.members, wanted, made)

    def _work_on_routines(self) -> None:
        """A section in hand, and what a member from civil society has put into it."""
        version = RecommendationVersion.objects.get(pk=self.versions[content.ROUTINES])
        lead = self.members[self.texts[content.ROUTINES].team[0]].user
        with days_ago(2):
            texts.check_out(actor=lead, version_id=version.pk, section="steps")
        for name, incurred_on, purpose, hours, amount, state in content.EXPENSES:
            member = TeamMember.objects.get(recommendation=version.recommendation_id, role=self.members[name])
            noted = note_expense(
                actor=self.members[name].user,
                member_id=member.pk,
                incurred_on=incurred_on,
                purpose=purpose,
                hours=Decimal(hours),
                amount=Decimal(amount) if amount else None,
            )
            if state != Expense.State.NOTED:
                decide_expense(actor=self.staff, expense_id=noted.pk, state=Expense.State.APPROVED)
            if state == Expense.State.PAID:
                decide_expense(actor=self.staff, expense_id=noted.pk, state=Expense.State.PAID)


def rewrite(members: Members, text: DemoText, version_id: UUID, changes: Sequence[DemoRewrite] | None = None) -> None:
    """Change the open text, section by section, as its lead. Raises ValueError where the old words are not there."""
    lead: ProgrammeRole = members[text.team[0]]
    wanted = text.rewrites if changes is None else changes
    for section in dict.fromkeys(change.section for change in wanted):
        markdown = texts.check_out(actor=lead.user, version_id=version_id, section=section).draft
        for change in wanted:
            if change.section == section:
                if change.old not in markdown:
                    raise ValueError(f"{text.number}, {section}: there is no “{change.old}”.")
                markdown = markdown.replace(change.old, change.new)
        texts.check_in(actor=lead.user, version_id=version_id, section=section, markdown=markdown)


def _block(blocks: Sequence[Block], wanted: DemoComment) -> UUID:
    for block in blocks:
        if block.section == wanted.section and block.text.startswith(wanted.begins):
            return block.pk
    raise ValueError(f"No paragraph of {wanted.section} begins with “{wanted.begins}”.")


def _pilot_complaints(staff: User, members: Members, version: UUID, municipalities: Municipalities) -> None:
    """Two municipalities try it out and evaluate it; then the panel has the last word."""
    wanted = [pilot for pilot in pilots_content.PILOTS if pilot.number == content.COMPLAINT]
    with scope.enter(scope.programme()), days_ago(310):
        keys = plan_pilots(staff, wanted, version, municipalities)
    for pilot, key in zip(wanted, keys, strict=True):
        begin_pilot(pilot, key, municipalities)
    with scope.enter(scope.programme()), days_ago(239):
        follow_pilots(version_id=version)
    for pilot, key in zip(wanted, keys, strict=True):
        evaluate_pilot(pilot, key, municipalities)
    text = next(text for text in content.TEXTS if text.number == content.COMPLAINT)
    with scope.enter(scope.programme()):
        with days_ago(19):
            follow_pilots(version_id=version)
            rewrite(members, text, version, [content.AFTER_THE_PILOTS])
        with days_ago(18):
            advance(actor=staff, version_id=version, transition="submit_finally")
            made = review(staff, members, panel_content.COMPLAINT_FINAL, version)
        with days_ago(6):
            vote(staff, members, panel_content.COMPLAINT_FINAL, made)


def _begin_piloting(staff: User, version: UUID, municipalities: Municipalities) -> None:
    """One municipality tries it out, another has not planned yet."""
    wanted = [pilot for pilot in pilots_content.PILOTS if pilot.number == content.SELECTION]
    with scope.enter(scope.programme()), days_ago(60):
        keys = plan_pilots(staff, wanted, version, municipalities)
    for pilot, key in zip(wanted, keys, strict=True):
        if pilot.plan:
            begin_pilot(pilot, key, municipalities)
    with scope.enter(scope.programme()), days_ago(45):
        follow_pilots(version_id=version)
