"""Certificates: their fields, the signature over all of them, and the seal that only the number opens. Pure.

The signature is Ed25519 (RFC 8032) over the fields as canonical JSON: UTF-8, keys sorted, no spaces. Whoever has the
public key can check a certificate without us. The seal is AES-256-GCM under a key derived from the number (HKDF-SHA256,
RFC 5869): the row says nothing to anybody who has not the certificate in hand.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# Crockford's alphabet: nothing that is read or typed as something else.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OILU", "011V")
_GROUPS, _GROUP = 5, 5
_NUMBER = re.compile(rf"^[{_ALPHABET}]{{{_GROUPS * _GROUP}}}$")


@dataclass(frozen=True, slots=True)
class Fields:
    """Everything that is printed. Days as 2026-11-23; expires_on is "" where it does not expire.

    title is "Fortbildung" and says no more where the person wants that, and always for empowerment.
    """

    number: str
    holder: str
    title: str
    days: tuple[str, ...]
    minutes: int
    issued_on: str
    expires_on: str
    issuer: str

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Fields":
        """From stored JSON."""
        return cls(**{**values, "days": tuple(values["days"])})

    def as_json(self) -> dict[str, Any]:
        """For storing."""
        return {**asdict(self), "days": list(self.days)}

    def canonical(self) -> bytes:
        """What is signed."""
        return json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a seal holds. pdf_sha256: of the file as it was issued."""

    fields: Fields
    signature: str
    key_id: str
    pdf_sha256: str


def new_number() -> str:
    """A number nobody can guess: 125 random bits, in five groups."""
    return spaced("".join(secrets.choice(_ALPHABET) for _place in range(_GROUPS * _GROUP)))


def spaced(number: str) -> str:
    """The number as it is printed."""
    return "-".join(number[place : place + _GROUP] for place in range(0, len(number), _GROUP))


def normalised(typed: str) -> str:
    """The number that somebody typed, in the form it is printed; "" where it cannot be one."""
    plain = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_MISREAD)
    return spaced(plain) if _NUMBER.match(plain) else ""


# --- Signing ----------------------------------------------------------------------------------------------------------


def _signing_key() -> Ed25519PrivateKey:
    given = settings.CERTIFICATE_SIGNING_KEY
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(given)) if given else _derived(settings.SECRET_KEY)


def _derived(secret: str) -> Ed25519PrivateKey:
    """Where no key is configured: one drawn from SECRET_KEY. Those of its fallbacks still verify."""
    return Ed25519PrivateKey.from_private_bytes(
        HKDF(algorithm=SHA256(), length=32, salt=None, info=b"apps.training.signing").derive(secret.encode())
    )


def public_keys() -> dict[str, str]:
    """Key id → public key (32 bytes as base64): the one in use first, then former ones."""
    keys = [_signing_key().public_key().public_bytes_raw()]
    keys += [_derived(str(secret)).public_key().public_bytes_raw() for secret in settings.SECRET_KEY_FALLBACKS]
    keys += [base64.b64decode(key) for key in settings.CERTIFICATE_FORMER_PUBLIC_KEYS]
    return {key_id(raw): base64.b64encode(raw).decode() for raw in keys}


def key_id(raw: bytes) -> str:
    """Short name of a public key."""
    return hashlib.sha256(raw).hexdigest()[:16]


def sign(fields: Fields) -> tuple[str, str]:
    """(signature as base64, id of the key) over all fields."""
    private = _signing_key()
    signature = base64.b64encode(private.sign(fields.canonical())).decode()
    return signature, key_id(private.public_key().public_bytes_raw())


def is_genuine(fields: Fields, signature: str, key: str) -> bool:
    """Whether the signature is one of ours over exactly these fields."""
    raw = public_keys().get(key)
    if raw is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(raw)).verify(
            base64.b64decode(signature), fields.canonical()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


# --- The seal ---------------------------------------------------------------------------------------------------------


def lookup_of(number: str) -> str:
    """Under which a seal is found: SHA-256 of the number, which has too many bits to be tried out."""
    return hashlib.sha256(number.encode()).hexdigest()


def origin_of(source: UUID) -> str:
    """Under which a seal is found by whoever knows the key of what it certifies."""
    return hashlib.sha256(source.bytes).hexdigest()


def seal(number: str, content: Sealed) -> str:
    """The content, encrypted so that only the number opens it; as base64."""
    nonce = secrets.token_bytes(12)
    plain = json.dumps(
        {
            "fields": content.fields.as_json(),
            "signature": content.signature,
            "key_id": content.key_id,
            "pdf_sha256": content.pdf_sha256,
        }
    ).encode()
    return base64.b64encode(nonce + AESGCM(_key(number)).encrypt(nonce, plain, None)).decode()


def unseal(number: str, sealed: str) -> Sealed:
    """What the seal holds. Raises ValueError where the number does not open it, or it was changed."""
    raw = base64.b64decode(sealed)
    try:
        values = json.loads(AESGCM(_key(number)).decrypt(raw[:12], raw[12:], None))
    except InvalidTag as error:
        raise ValueError("This number does not open the seal.") from error
    return Sealed(Fields.of(values["fields"]), values["signature"], values["key_id"], values["pdf_sha256"])


def _key(number: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"apps.training.certificates").derive(number.encode())


def file_hash(content: bytes | Sequence[bytes]) -> str:
    """SHA-256 of a file, whole or in parts."""
    digest = hashlib.sha256()
    for part in [content] if isinstance(content, bytes) else content:
        digest.update(part)
    return digest.hexdigest()
