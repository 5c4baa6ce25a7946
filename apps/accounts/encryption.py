"""Encryption at rest for small secrets: seeds of authenticator apps, client secrets of single sign-on.

Fernet (AES-128-CBC with HMAC-SHA256), key derived from SECRET_KEY by HKDF-SHA256 (RFC 5869). SECRET_KEY_FALLBACKS are
tried for reading, so that the key can be rotated as Django's other signatures.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def encrypt(text: str) -> str:
    """The encrypted form of `text`, as ASCII."""
    return _fernet().encrypt(text.encode()).decode("ascii")


def decrypt(encrypted: str) -> str:
    """What `encrypt` was given; raises ValueError where no key fits."""
    try:
        return _fernet().decrypt(encrypted.encode("ascii")).decode()
    except InvalidToken as error:
        raise ValueError("The secret was encrypted with a key that is no longer known.") from error


def _fernet() -> MultiFernet:
    return MultiFernet([_derived(str(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derived(key: str) -> Fernet:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"apps.accounts.encryption")
    return Fernet(base64.urlsafe_b64encode(derivation.derive(key.encode())))
