"""A round with 500 comments: its pages cost few queries and little time."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.recommendations.models import Agreement, Comment, Disposition, Round
from tests.municipalities.counting import at_most
from tests.recommendations.test_rounds import member_of, opened, paragraph, signed_in, writer_of

pytestmark = pytest.mark.django_db
NUMBER = 500
QUERIES = 14


def filled(about: Round, staff: User, number: int = NUMBER) -> None:
    """Comments of all benches on all paragraphs, half of them on one; replies, agreements, every third answered."""
    blocks = list(about.edition.blocks.all())
    crowded = paragraph(about)
    people = [own.role for own in about.participants.select_related("role__user")]
    comments = [
        Comment(
            round=about,
            block=(block := crowded if index % 2 else blocks[index % len(blocks)]),
            section=block.section,
            kind="proposal" if index % 5 == 0 else "comment",
            bench=people[index % 3].bench,
            author=people[index % 3].user,
            text=f"Bemerkung {index}: " + "Das sollte genauer gesagt werden. " * 6,
            proposed_wording="So wäre es besser. " * 4 if index % 5 == 0 else "",
        )
        for index in range(number)
    ]
    Comment.objects.bulk_create(comments)
    Comment.objects.bulk_create(
        Comment(
            round=about,
            block=said.block,
            section=said.section,
            kind="reply",
            author=staff,
            text="Danke, das prüfen wir.",
            thread=said,
        )
        for said in comments[::4]
    )
    Agreement.objects.bulk_create(
        Agreement(comment=said, user=role.user) for said in comments[::2] for role in people if role.user != said.author
    )
    Disposition.objects.bulk_create(
        Disposition(comment=said, outcome="accepted", reason="Gut begründet. " * 5, decided_by=staff)
        for said in comments[::3]
    )


@pytest.fixture
def about(staff: User) -> Round:
    made = opened(staff)
    filled(made, staff)
    return made


def pages(about: Round) -> list[str]:
    """The addresses of the pages that grow with comments, for participants."""
    return [
        reverse("recommendations-rounds"),
        reverse("recommendations-round", args=[about.pk]),
        reverse("recommendations-round-section", args=[about.pk, "steps"]),
        reverse("recommendations-round-block", args=[about.pk, paragraph(about).pk]),
        reverse("recommendations-round-comments", args=[about.pk]),
        reverse("recommendations-round-comments", args=[about.pk]) + "?bench=science&state=open&page=3",
        reverse("recommendations-comment", args=[Comment.objects.filter(round=about, block=paragraph(about))[0].pk]),
    ]


def test_no_page_takes_more_than_fourteen_queries(about: Round, staff: User) -> None:
    participant = signed_in(member_of(about))
    for page in pages(about):
        with at_most(QUERIES):
            assert participant.get(page).status_code == 200
    for client in (signed_in(writer_of(about)), signed_in(staff)):
        with at_most(QUERIES):
            assert client.get(reverse("recommendations-round-dispositions", args=[about.pk])).status_code == 200


def median(client: Client, page: str) -> float:
    """Milliseconds of server time, of five."""
    times = []
    for _ in range(5):
        started = time.process_time()
        assert client.get(page).status_code == 200
        times.append((time.process_time() - started) * 1000)
    return sorted(times)[2]


def test_each_page_is_made_in_a_fraction_of_a_second(about: Round) -> None:
    """A bound that holds on a busy machine too; the aim of 150 ms is measured by the benchmark `rounds`."""
    participant = signed_in(member_of(about))
    for page in pages(about):
        participant.get(page)
        spent = median(participant, page)
        print(f"{spent:6.1f} ms {page}")
        assert spent < 400, page


def test_everything_of_mine_is_shown_at_once(about: Round) -> None:
    participant = signed_in(member_of(about))
    with at_most(QUERIES):
        response = participant.get(reverse("recommendations-round-mine", args=[about.pk]))
    assert len(response.context["lines"]) == Comment.objects.filter(author=member_of(about)).count()
