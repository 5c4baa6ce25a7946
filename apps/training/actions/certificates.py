"""Issuing and revoking certificates."""

import secrets
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.audit.actions import record
from apps.training import certificates as paper
from apps.training import queries_certificates as queries
from apps.training.certificate_pdf import typeset
from apps.training.models import Certificate, CertificateSeal


class NothingToCertify(Exception):
    """The person has not completed this, or not yet."""


class UnknownNumber(Exception):
    """No certificate has this number."""


@transaction.atomic
def issue(*, actor: Any, source: UUID, neutral: bool, verify_url: str) -> Certificate:
    """The certificate for something the person has completed; one that was issued already is returned as it is.

    neutral: the title says "Fortbildung" and no more; without a title of its own it does so anyway. verify_url: address
    of the public verification, to which the number is added. In the person's scope; nothing is written to the audit
    log. Raises NothingToCertify.
    """
    _wait_for_others([source])
    with override(actor.language):
        found = next((entry for entry in queries.certifiable(actor) if entry.source == source), None)
    if found is None:
        raise NothingToCertify
    if found.certificate is not None:
        return found.certificate
    with override(actor.language):
        fields = paper.Fields(
            number=paper.new_number(),
            holder=actor.get_full_name(),
            title=found.title if found.title and not neutral else _("Further training"),
            days=tuple(day.isoformat() for day in found.days),
            minutes=found.minutes,
            issued_on=timezone.localdate().isoformat(),
            expires_on=found.expires_on.isoformat() if found.expires_on else "",
            issuer=found.host or settings.ORGANISATION["name"],
        )
        signature, key = paper.sign(fields)
        pdf = typeset(fields, url=f"{verify_url}{fields.number}/", signature=signature, key_id=key)
    row = Certificate(
        municipality_id=found.municipality_id,
        user=actor,
        source=source,
        number=fields.number,
        fields=fields.as_json(),
        signature=signature,
        key_id=key,
        language=actor.language,
        pdf=pdf,
    )
    row.save(force_insert=True)
    sealed = paper.Sealed(fields, signature, key, paper.file_hash(pdf))
    CertificateSeal.objects.create(
        lookup=paper.lookup_of(fields.number),
        sealed=paper.seal(fields.number, sealed),
        # A seal of what only the person knows leads back to nothing, and looks like any other.
        origin=paper.origin_of(source) if found.title else secrets.token_hex(32),
    )
    return row


def _wait_for_others(sources: Iterable[UUID]) -> None:
    """Until the transaction ends nobody else issues a certificate for the same, or takes it back."""
    names = [f"training.certificate:{source}" for source in sources]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) name", [names])


def take_back(sources: Iterable[UUID]) -> int:
    """Certificates of what did not happen after all count no more; returns how many. sources: keys of completions.

    In any scope: seals name nobody. Whoever is just issuing one is waited for, so that none is missed.
    """
    keys = list(sources)
    if not keys:
        return 0
    _wait_for_others(keys)
    now, origins = timezone.now(), [paper.origin_of(key) for key in keys]
    found = CertificateSeal.objects.filter(origin__in=origins, revoked_at=None)
    return found.update(revoked_at=now, updated_at=now)


@transaction.atomic
def revoke(*, actor: Any, number: str) -> CertificateSeal:
    """Say of a certificate that it counts no more; one that was revoked already is returned as it is.

    The record names the seal, which says nothing about anybody. Raises UnknownNumber.
    """
    row = CertificateSeal.objects.select_for_update().filter(lookup=paper.lookup_of(number)).first()
    if row is None:
        raise UnknownNumber
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at", "updated_at"])
        record(actor=actor, verb="certificate.revoked", target=row)
    return row
