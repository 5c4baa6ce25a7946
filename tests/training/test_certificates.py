"""Certificates: what they certify, who can read them, and what verification says."""

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Municipality
from apps.training import certificates as paper
from apps.training.actions import certificates as actions
from apps.training.models import (
    Attendance,
    Certificate,
    CertificateSeal,
    Completion,
    ConfidentialAttendance,
    ConfidentialPlace,
    Enrolment,
    Module,
    Session,
)
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.training.factories import empowerment, offered, opened, session

pytestmark = pytest.mark.django_db
VERIFY = "https://kommunen.example/verify/"


def completed(user: User, municipality: Municipality, of: Module | None = None, **fields: Any) -> Completion:
    of = of or offered("Beschwerde führen")
    opened(municipality)
    with scope.enter(scope.municipality(municipality)):
        made: Completion = Completion.objects.create(
            user=user,
            module=of,
            edition=of.offered,
            **{"completed_on": timezone.localdate(), "minutes": 45, **fields},
        )
    return made


def been_there(user: User, municipality: Municipality, *, days: int = 2, attended: int = 2) -> Session:
    """An empowerment session that is over, with the person at some of its dates."""
    about = session(empowerment(), days=days)
    opened(municipality)
    with scope.enter(scope.person(user)):
        place = ConfidentialPlace.objects.create(
            municipality_id=municipality.pk,
            session=about,
            user=user,
            state="enrolled",
            state_since=timezone.now(),
            entered_at=timezone.now(),
            request_key=uuid4(),
        )
        for date in about.dates.all()[:attended]:
            ConfidentialAttendance.objects.create(municipality_id=municipality.pk, place=place, user=user, date=date)
    earlier = timezone.now() - timedelta(days=30)
    Session.objects.filter(pk=about.pk).update(cancel_until=earlier, enrol_until=earlier)
    for number, date in enumerate(about.dates.all()):
        date.starts_at, date.ends_at = earlier + timedelta(days=number), earlier + timedelta(days=number, hours=3)
        date.save()
    return about


def issue(user: User, source: UUID, *, neutral: bool = False) -> Certificate:
    with scope.enter(scope.person(user)):
        return actions.issue(actor=user, source=source, neutral=neutral, verify_url=VERIFY)


class TestNumbers:
    def test_are_long_random_and_read_back_however_they_are_typed(self) -> None:
        number = paper.new_number()
        assert paper.normalised(number) == number
        assert paper.normalised(number.lower().replace("-", " ")) == number
        assert len({paper.new_number() for _ in range(200)}) == 200

    @pytest.mark.parametrize("typed", ["", "KFA", "0" * 24, "0" * 26, "Ä" * 25])
    def test_what_cannot_be_one_is_none(self, typed: str) -> None:
        assert paper.normalised(typed) == ""

    def test_letters_that_are_read_as_digits_are_taken_for_them(self) -> None:
        assert paper.normalised("OIL" + "0" * 22) == "01100-00000-00000-00000-00000"


FIELDS = paper.Fields(
    number="01234-56789-ABCDE-FGHJK-MNPQR",
    holder="Kim Beispiel",
    title="Beschwerde führen",
    days=("2026-11-02", "2026-11-09"),
    minutes=360,
    issued_on="2026-11-20",
    expires_on="",
    issuer="Musterstadt",
)


class TestSignature:
    @given(
        changed=st.sampled_from(["number", "holder", "title", "days", "minutes", "issued_on", "expires_on", "issuer"]),
        text=st.text(min_size=1, max_size=12),
    )
    def test_covers_every_field(self, changed: str, text: str) -> None:
        signature, key = paper.sign(FIELDS)
        assert paper.is_genuine(FIELDS, signature, key)
        value: Any = {"days": (text,), "minutes": 361}.get(changed, text)
        other = paper.Fields.of({**FIELDS.as_json(), changed: value})
        assert paper.is_genuine(other, signature, key) == (other == FIELDS)

    def test_can_be_checked_with_the_public_key_alone(self, client: Client) -> None:
        signature, key = paper.sign(FIELDS)
        published = client.get(reverse("training-verify-keys")).json()
        assert published["algorithm"] == "Ed25519"
        canonical = json.dumps(FIELDS.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(published["keys"][key]))
        public.verify(base64.b64decode(signature), canonical)

    def test_a_former_key_still_verifies_and_a_foreign_one_never_did(self, settings: Any) -> None:
        signature, key = paper.sign(FIELDS)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another one " * 6
        assert paper.is_genuine(FIELDS, signature, key)
        assert paper.sign(FIELDS)[1] != key
        settings.SECRET_KEY_FALLBACKS = []
        assert not paper.is_genuine(FIELDS, signature, key)

    def test_the_seal_opens_with_the_number_and_with_no_other(self) -> None:
        content = paper.Sealed(FIELDS, "s", "k", "0" * 64)
        sealed = paper.seal(FIELDS.number, content)
        assert paper.unseal(FIELDS.number, sealed) == content
        assert "Beispiel" not in base64.b64decode(sealed).decode("latin-1")
        with pytest.raises(ValueError, match="does not open"):
            paper.unseal(paper.new_number(), sealed)


class TestIssuing:
    def test_certifies_a_completion_with_all_its_fields_once(self, municipality: Municipality) -> None:
        user = UserFactory(first_name="Ada", last_name="Muster")
        done = completed(user, municipality, expires_on=timezone.localdate() + timedelta(days=365))
        first = issue(user, done.pk)
        assert issue(user, done.pk).pk == first.pk
        fields = paper.Fields.of(first.fields)
        assert (fields.holder, fields.title, fields.minutes) == ("Ada Muster", "Beschwerde führen", 45)
        assert fields.expires_on == done.expires_on.isoformat()
        assert paper.is_genuine(fields, first.signature, first.key_id)
        assert bytes(first.pdf).startswith(b"%PDF-")
        assert CertificateSeal.objects.count() == 1

    def test_names_the_days_somebody_was_there(self, municipality: Municipality) -> None:
        user, of = UserFactory(), offered()
        about = session(of, days=3)
        opened(municipality)
        with scope.enter(scope.person(user)):
            place = Enrolment.objects.create(
                municipality_id=municipality.pk,
                session=about,
                user=user,
                state="enrolled",
                state_since=timezone.now(),
                entered_at=timezone.now(),
                request_key=uuid4(),
            )
            for date in about.dates.all()[:2]:
                Attendance.objects.create(
                    municipality_id=municipality.pk, enrolment=place, user=user, date=date, how="code"
                )
        done = completed(user, municipality, of, session=about)
        days = [timezone.localdate(date.starts_at).isoformat() for date in about.dates.all()[:2]]
        assert issue(user, done.pk).fields["days"] == days

    def test_says_no_title_where_the_person_wants_none(self, municipality: Municipality) -> None:
        user, other = UserFactory(), UserFactory(language="en")
        assert issue(user, completed(user, municipality).pk, neutral=True).fields["title"] == "Fortbildung"
        assert issue(other, completed(other, municipality).pk, neutral=True).fields["title"] == "Further training"

    def test_nobody_certifies_what_another_has_done_or_nobody_has(self, municipality: Municipality) -> None:
        done = completed(UserFactory(), municipality)
        for source in (done.pk, uuid4()):
            with pytest.raises(actions.NothingToCertify):
                issue(UserFactory(), source)

    def test_empowerment_bears_a_neutral_title_and_no_module(self, municipality: Municipality) -> None:
        user = UserFactory()
        about = been_there(user, municipality)
        with scope.enter(scope.person(user)):
            source = ConfidentialPlace.objects.get(session=about).pk
        made = issue(user, source)
        assert made.fields["title"] == "Fortbildung"
        assert made.fields["minutes"] == 360
        written = json.dumps(made.fields, ensure_ascii=False)
        assert "mpower" not in written and "Modul" not in written
        assert not AuditEntry._base_manager.filter(verb__startswith="certificate").exists()

    def test_the_seal_of_empowerment_leads_back_to_nothing(self, municipality: Municipality) -> None:
        user = UserFactory()
        been_there(user, municipality)
        with scope.enter(scope.person(user)):
            (place,) = ConfidentialPlace.objects.filter(user=user)
        issue(user, place.pk)
        (seal,) = CertificateSeal.objects.all()
        assert len(seal.origin) == len(paper.origin_of(place.pk))
        assert seal.origin != paper.origin_of(place.pk)
        assert actions.take_back([place.pk]) == 0

    def test_empowerment_needs_the_share_of_the_time(self, municipality: Municipality, client: Client) -> None:
        user = UserFactory()
        about = been_there(user, municipality, days=4, attended=2)
        with scope.enter(scope.person(user)):
            source = ConfidentialPlace.objects.get(session=about).pk
        with pytest.raises(actions.NothingToCertify):
            issue(user, source)

    def test_only_the_person_reads_it(self, municipality: Municipality) -> None:
        user = UserFactory()
        issue(user, completed(user, municipality).pk)
        with scope.enter(scope.person(UserFactory())):
            assert not Certificate.objects.exists()
        for closed in (scope.municipality(municipality), scope.programme()):
            with pytest.raises(DatabaseError, match="permission denied"), scope.enter(closed):
                Certificate.objects.exists()


class TestPages:
    def test_a_person_makes_and_downloads_the_certificate(self, client: Client, municipality: Municipality) -> None:
        user = member(municipality, "employee")
        done = completed(user, municipality)
        client.force_login(user)
        page = client.get(reverse("training-certificates")).content.decode()
        assert "Beschwerde führen" in page
        response = client.post(reverse("training-certificate-issue"), {"source": done.pk})
        assert response.status_code == 303
        with scope.enter(scope.person(user)):
            made = Certificate.objects.get()
        got = client.get(reverse("training-certificate-pdf", args=[made.pk]))
        assert got["Content-Type"] == "application/pdf"
        assert got["Content-Disposition"].startswith("attachment")
        client.force_login(UserFactory())
        assert client.get(reverse("training-certificate-pdf", args=[made.pk])).status_code == 404

    @pytest.mark.parametrize("posted", [{}, {"source": "nonsense"}, {"source": str(UUID(int=7))}])
    def test_what_cannot_be_certified_is_said(self, client: Client, posted: dict[str, str]) -> None:
        client.force_login(UserFactory())
        response = client.post(reverse("training-certificate-issue"), posted, follow=True)
        assert response.status_code == 200
        assert "kern-alert" in response.content.decode()

    def test_the_own_list_says_what_was_revoked_and_offers_it_no_more(
        self, client: Client, municipality: Municipality
    ) -> None:
        user = member(municipality, "employee")
        client.force_login(user)
        kept, taken = (
            completed(user, municipality, completed_on=timezone.localdate() - timedelta(days=n)) for n in (1, 2)
        )
        certificates = [issue(user, row.pk) for row in (kept, taken)]
        with scope.enter(scope.programme()):
            actions.revoke(actor=UserFactory(staff=True), number=certificates[1].number)
        page = client.get(reverse("training-certificates")).content.decode()
        links = [reverse("training-certificate-pdf", args=[row.pk]) in page for row in certificates]
        assert links == [True, False]
        assert page.count("kern-alert--danger") == 1

    def test_the_page_asks_no_more_the_more_there_is(self, client: Client, municipality: Municipality) -> None:
        user = member(municipality, "employee")
        client.force_login(user)

        def asked(number: int) -> int:
            day = timezone.localdate() - timedelta(days=number)
            issue(user, completed(user, municipality, completed_on=day).pk)
            completed(user, municipality, completed_on=day, session=session())
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("training-certificates"))
            return len(queries)

        asked(0)  # the first request fills caches
        few = asked(1)
        assert [asked(number) for number in (2, 3, 4)] == [few, few, few]
        assert few <= 12


class TestVerification:
    def test_shows_everybody_the_same_fields(self, client: Client, municipality: Municipality) -> None:
        user = UserFactory(first_name="Ada", last_name="Muster")
        made = issue(user, completed(user, municipality).pk)
        for response in (
            client.get(reverse("training-verify-number", args=[made.number])),
            client.post(reverse("training-verify"), {"number": made.number.lower()}),
        ):
            page = response.content.decode()
            assert response.status_code == 200
            assert "no-store" in response["Cache-Control"]
            for value in (made.number, "Ada Muster", "Beschwerde führen"):
                assert value in page

    def test_recognises_a_changed_pdf(self, client: Client, municipality: Municipality) -> None:
        user = UserFactory()
        made = issue(user, completed(user, municipality).pk)
        original = bytes(made.pdf)

        def answer(content: bytes) -> str:
            upload = SimpleUploadedFile("b.pdf", content, content_type="application/pdf")
            response = client.post(reverse("training-verify"), {"number": made.number, "pdf": upload})
            return str(response.context["file_unchanged"])

        assert answer(original) == "True"
        changed = bytearray(original)
        changed[len(changed) // 2] ^= 1
        assert answer(bytes(changed)) == "False"

    def test_says_when_it_was_revoked_or_has_expired(self, client: Client, municipality: Municipality) -> None:
        user = UserFactory()
        yesterday = timezone.localdate() - timedelta(days=1)
        done = completed(user, municipality, completed_on=yesterday - timedelta(days=400), expires_on=yesterday)
        made = issue(user, done.pk)
        url = reverse("training-verify-number", args=[made.number])
        assert client.get(url).context["has_expired"]
        client.force_login(UserFactory(staff=True))
        number = {"number": made.number}
        assert client.post(reverse("training-certificate-revoke"), number).status_code == 303
        assert client.post(reverse("training-certificate-revoke"), number).status_code == 303
        assert client.get(url).context["revoked_at"]
        with scope.enter(scope.programme()):
            entry = AuditEntry.objects.get(verb="certificate.revoked")
        assert made.number not in json.dumps(entry.data) + entry.target_id

    @pytest.mark.parametrize(("number", "status"), [("00000-00000-00000-00000-00000", 404), ("nonsense", 422)])
    def test_an_unknown_number_is_said_to_be_none(self, client: Client, number: str, status: int) -> None:
        assert client.post(reverse("training-verify"), {"number": number}).status_code == status
        assert client.get(reverse("training-verify-number", args=[number])).status_code == 404
        client.force_login(UserFactory(staff=True))
        assert client.post(reverse("training-certificate-revoke"), {"number": number}).status_code == 422

    def test_a_tampered_seal_is_called_what_it_is(self, client: Client) -> None:
        number = paper.new_number()
        fields = paper.Fields.of({**FIELDS.as_json(), "number": number})
        sealed = paper.Sealed(fields, paper.sign(FIELDS)[0], paper.sign(FIELDS)[1], "0" * 64)
        CertificateSeal.objects.create(
            lookup=paper.lookup_of(number), sealed=paper.seal(number, sealed), origin=paper.origin_of(uuid4())
        )
        response = client.get(reverse("training-verify-number", args=[number]))
        assert not response.context["is_genuine"]
        assert "Kim Beispiel" not in response.content.decode()

    def test_the_number_is_in_no_log(self, client: Client, caplog: pytest.LogCaptureFixture) -> None:
        number = paper.new_number()
        client.get(reverse("training-verify-number", args=[number]))
        from apps.core.log_filters import WithoutTokens

        for entry in caplog.records:
            WithoutTokens().filter(entry)
            assert number not in entry.getMessage()


def test_other_municipalities_do_not_matter_to_the_person(municipality: Municipality) -> None:
    user, other = UserFactory(), MunicipalityFactory()
    first, second = completed(user, municipality), completed(user, other)
    assert issue(user, first.pk).municipality_id == municipality.pk
    assert issue(user, second.pk).municipality_id == other.pk
